#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif
internal import Dispatch
package import Logging

/// Makes log handlers that write to standard error.
@available(SwiftSSE 1.0, *)
package enum StandardErrorLog {
    /// A handler for a logger, with colours if text goes to a terminal and `NO_COLOR` is not set.
    package static func handler(
        label: String,
        format: LogFormat,
        level: Logger.Level = .info,
        metadataProvider: Logger.MetadataProvider? = nil
    ) -> LineLogHandler {
        LineLogHandler(
            label: label,
            format: format,
            level: level,
            isColored: format == .text && isatty(STDERR_FILENO) == 1 && getenv("NO_COLOR").map { $0[0] == 0 } ?? true,
            metadataProvider: metadataProvider,
            write: { self.queue.append($0) }
        )
    }

    /// Who reads standard error may be slow or stand still, which must not hold up those who log.
    private static let queue = LineQueue(write: Self.write)

    /// Waits for what has been logged to be written, for a moment.
    package static func flush() { self.queue.flush(within: .milliseconds(500)) }

    /// Writes a line with one call of the system's. If nobody can read it, there is nobody to tell that.
    @Sendable
    private static func write(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                #if canImport(Darwin)
                let count = Darwin.write(STDERR_FILENO, rest.baseAddress, rest.count)
                #elseif canImport(Musl)
                let count = Musl.write(STDERR_FILENO, rest.baseAddress, rest.count)
                #else
                let count = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                #endif
                if count > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
