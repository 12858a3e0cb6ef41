import Foundation

/// Standard error, for what is not the program's result.
enum StandardError {
    /// Whether a person is looking.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    static func writeLine(_ line: String) {
        Self.write("\(line)\n")
    }

    static func write(_ text: String) {
        // If nobody can read it, there is nobody to tell that.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
