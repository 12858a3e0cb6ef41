import ArgumentParser
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

/// Standard input, read as it comes.
enum StandardInput {
    /// Whether a person types it.
    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// What is there, waiting only if there is nothing; `nil` at the end.
    static func nextChunk() -> [UInt8]? {
        let data = FileHandle.standardInput.availableData
        return data.isEmpty ? nil : Array(data)
    }

    /// All there is, once it has ended.
    static func readToEnd() -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = Self.nextChunk() { bytes += chunk }
        return bytes
    }

    /// What comes within a fifth of a second; `nil` if nothing comes, nothing at the end.
    static func chunkWithinMoment() -> [UInt8]? {
        var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, 200) != 0 else { return nil }
        return Self.nextChunk() ?? []
    }
}

/// Standard output, written line by line, so that what reads it has each event at once.
enum StandardOutput {
    /// Whether a person is looking.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static func writeLine(_ line: String) throws {
        try Self.write(line.utf8 + [UInt8(ascii: "\n")])
    }

    /// A reader that has left is to be an error of the write; the signal would end the program instead.
    private static let ignoresBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    /// Puts something in the place of standard files that are closed, or the next file or socket would be taken for one.
    static func occupyClosedFiles() {
        for file in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(file, F_GETFD) == -1 {
            // The lowest number that is free; it can only be used in the wrong direction.
            _ = open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// - Throws: `ExitCode.success` when who reads it has left, `CommandFailure` if it cannot be written.
    static func write(_ bytes: some Sequence<UInt8>) throws {
        _ = Self.ignoresBrokenPipes
        let bytes = Array(bytes)
        try bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(
                    STDOUT_FILENO,
                    UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                    rest.count
                )
                if count > 0 {
                    rest = rest.dropFirst(count)
                    continue
                }
                switch errno {
                case EINTR: break
                case EAGAIN:
                    var poll = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    _ = Foundation.poll(&poll, 1, -1)
                // Who read it, `head` perhaps, has seen enough.
                case EPIPE: throw ExitCode.success
                case let code: throw CommandFailure("The output cannot be written: \(String(cString: strerror(code))).")
                }
            }
        }
    }
}
