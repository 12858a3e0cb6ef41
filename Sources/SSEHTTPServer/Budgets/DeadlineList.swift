internal import NIOCore
internal import Synchronization

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

/// The ``DeadlineList`` of each event loop, made when it is first asked for.
@available(SwiftSSE 1.0, *)
final class DeadlineLists: Sendable {
    private let lists = Mutex<[ObjectIdentifier: NIOLoopBound<DeadlineList>]>([:])

    /// - Parameter eventLoop: The event loop that this is called on.
    func list(on eventLoop: any EventLoop) -> DeadlineList {
        let id = ObjectIdentifier(eventLoop)
        if let bound = self.lists.withLock({ $0[id] }) { return bound.value }
        let list = DeadlineList(eventLoop)
        let bound = NIOLoopBound(list, eventLoop: eventLoop)
        self.lists.withLock { $0[id] = bound }
        return list
    }
}

/// A connection, or a part of one, that waits for something in a ``DeadlineList``.
@available(SwiftSSE 1.0, *)
protocol Deadlined: AnyObject {
    /// Where this is in the list of deadlines, which sets it; -1 if it is not there.
    var deadlineIndex: Int { get set }

    /// What this was waiting for has not come in time.
    func deadlineExceeded()
}
