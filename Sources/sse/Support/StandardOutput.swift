import ArgumentParser
import Foundation

/// Standard output, written line by line, so that what reads it has each event at once.
enum StandardOutput {
    /// Whether a person is looking.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static func writeLine(_ line: String) throws {
        try Self.write(line.utf8 + [UInt8(ascii: "\n")])
    }

    /// A reader that has left is to be an error of the write; the signal would end the program instead.
    private static let ignoresBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    static func write(_ bytes: some Sequence<UInt8>) throws {
        _ = Self.ignoresBrokenPipes
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            // Who read it, `head` perhaps, has seen enough.
            throw ExitCode.success
        }
    }
}
