internal import DequeModule
internal import Dispatch
internal import Synchronization

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
