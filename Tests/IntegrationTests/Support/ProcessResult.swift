internal import Foundation

/// What a program left behind.
struct ProcessResult: Sendable {
    /// The exit code, `nil` if a signal ended it: the deadline's, for example.
    let exitCode: Int32?
    let output: String
    let errors: String

    var outputLines: [String] { Self.lines(self.output) }
    var errorLines: [String] { Self.lines(self.errors) }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(text.hasSuffix("\n") ? 1 : 0)
            .map(String.init)
    }
}
