internal import DequeModule
internal import Dispatch
internal import Synchronization
package import Logging

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

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

/// Lines on their way to somebody who may be slow: one after the other, from a thread of its own, and no more of them than
/// may wait.
///
/// A queue of Dispatch and not a task, since writing may block for as long as it likes, for which tasks have no threads.
@available(SwiftSSE 1.0, *)
final class LineQueue: Sendable {
    private struct State {
        var lines: Deque<String> = []
        var byteCount = 0
        var isWriting = false
        var droppedCount = 0
    }

    private let maximumBytes: Int
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())
    private let thread = DispatchQueue(label: "log")

    /// - Parameters:
    ///   - maximumBytes: What may wait; more is dropped, and told when there is room again.
    ///   - write: Writes a line, and may block.
    init(maximumBytes: Int = 1024 * 1024, write: @escaping @Sendable (String) -> Void) {
        self.maximumBytes = maximumBytes
        self.write = write
    }

    /// Adds a line. Never blocks.
    func append(_ line: String) {
        let isFirst = self.state.withLock { state in
            guard state.byteCount + line.utf8.count <= self.maximumBytes else {
                state.droppedCount += 1
                return false
            }
            if state.droppedCount > 0 {
                let note = "\(state.droppedCount) lines of the log are missing here: nobody read them in time.\n"
                state.droppedCount = 0
                state.lines.append(note)
                state.byteCount += note.utf8.count
            }
            state.lines.append(line)
            state.byteCount += line.utf8.count
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if isFirst { self.thread.async { self.writeAll() } }
    }

    private func writeAll() {
        while let line = self.next() { self.write(line) }
    }

    private func next() -> String? {
        self.state.withLock { state in
            guard let line = state.lines.popFirst() else {
                state.isWriting = false
                return nil
            }
            state.byteCount -= line.utf8.count
            return line
        }
    }

    /// Waits until all is written that has been added.
    ///
    /// - Parameter limit: How long at most.
    func flush(within limit: DispatchTimeInterval) {
        let isWritten = DispatchSemaphore(value: 0)
        self.thread.async { isWritten.signal() }
        _ = isWritten.wait(timeout: .now() + limit)
    }
}
