internal import NIOCore

/// The deadlines of one event loop's connections, on one timer.
///
/// A connection has one deadline at a time, or none. The timer looks at all of them a few times a second, so that
/// setting and clearing one costs next to nothing and leaves nothing behind.
@available(SwiftSSE 1.0, *)
final class DeadlineList {
    private struct Entry {
        var deadline: NIODeadline
        let connection: any Deadlined
    }

    /// How late a deadline may be noticed.
    static let resolution = TimeAmount.milliseconds(250)

    private let eventLoop: any EventLoop
    private var entries: ContiguousArray<Entry> = []
    private var isTimerSet = false

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// How many connections have a deadline.
    var count: Int { self.entries.count }

    /// Has a connection told when a time is over, instead of when it was to be told before.
    func set(_ connection: some Deadlined, in timeout: TimeAmount) {
        self.set(connection, at: self.eventLoop.now + timeout)
    }

    /// Has a connection told at a time, instead of when it was to be told before.
    func set(_ connection: some Deadlined, at deadline: NIODeadline) {
        if connection.deadlineIndex >= 0 {
            self.entries[connection.deadlineIndex].deadline = deadline
        } else {
            connection.deadlineIndex = self.entries.count
            self.entries.append(Entry(deadline: deadline, connection: connection))
        }
        self.setTimer()
    }

    /// Forgets a connection's deadline.
    func remove(_ connection: some Deadlined) {
        let index = connection.deadlineIndex
        guard index >= 0 else { return }
        connection.deadlineIndex = -1
        self.entries.swapAt(index, self.entries.count - 1)
        self.entries.removeLast()
        if index < self.entries.count { self.entries[index].connection.deadlineIndex = index }
    }

    private func setTimer() {
        guard !self.isTimerSet, !self.entries.isEmpty else { return }
        self.isTimerSet = true
        self.eventLoop.assumeIsolated().scheduleTask(in: Self.resolution) { self.timerFired() }
    }

    private func timerFired() {
        self.isTimerSet = false
        let now = self.eventLoop.now
        // Found before any is told, since the list changes with what connections do then.
        for entry in self.entries.filter({ $0.deadline <= now }) {
            self.remove(entry.connection)
            entry.connection.deadlineExceeded()
        }
        self.setTimer()
    }
}
