internal import DequeModule
internal import NIOCore

/// The deadlines of one event loop's connections, on one timer.
///
/// All deadlines of a list are the same time away, so that they come in the order in which they were set.
@available(SwiftSSE 1.0, *)
final class DeadlineList {
    private struct Entry {
        let deadline: NIODeadline
        let connection: HTTPConnectionHandler
        let generation: UInt32
    }

    private let eventLoop: any EventLoop
    private let timeout: TimeAmount
    private var entries: Deque<Entry> = []
    private var isTimerSet = false

    init(_ eventLoop: any EventLoop, _ timeout: Duration) {
        self.eventLoop = eventLoop
        self.timeout = TimeAmount(timeout)
    }

    /// Has a connection told when the time is over, with the number that it had at the beginning, so that it can tell
    /// whether it still waits for the same.
    func insert(_ connection: HTTPConnectionHandler, generation: UInt32) {
        let deadline = self.eventLoop.now + self.timeout
        self.entries.append(Entry(deadline: deadline, connection: connection, generation: generation))
        if !self.isTimerSet { self.setTimer(deadline) }
    }

    private func setTimer(_ deadline: NIODeadline) {
        self.isTimerSet = true
        self.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
    }

    private func timerFired() {
        self.isTimerSet = false
        let now = self.eventLoop.now
        while let entry = self.entries.first, entry.deadline <= now {
            self.entries.removeFirst()
            entry.connection.deadlineExceeded(entry.generation)
        }
        // Not for each of them: many deadlines of the same second are looked at together.
        if let entry = self.entries.first { self.setTimer(max(entry.deadline, now + .milliseconds(200))) }
    }
}
