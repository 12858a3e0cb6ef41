#if NATS
internal import Dispatch
internal import SSEBroker
internal import Synchronization

/// Lets so many in at a time, in the order in which they come. Those who wait are bounded in number, and each in time.
@available(SwiftSSE 1.0, *)
final class Permits: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Waiter {
        let deadline: Instant
        let continuation: CheckedContinuation<Result<Void, BrokerError>, Never>
    }

    private struct State {
        var free: Int
        var waiters: [UInt64: Waiter] = [:]
        var lastID: UInt64 = 0
        /// Those who have come to wait, in their order, from a place on; some wait no longer.
        var order: [UInt64] = []
        var first = 0
        var isTimerSet = false

        /// Takes out who waits first.
        mutating func takeFirst() -> Waiter? {
            while self.first < self.order.count {
                defer { self.first += 1 }
                if let waiter = self.waiters.removeValue(forKey: self.order[self.first]) { return waiter }
            }
            self.order.removeAll(keepingCapacity: true)
            self.first = 0
            return nil
        }

        mutating func append(_ waiter: Waiter, _ id: UInt64) {
            // Those who are through take no more room than those who wait.
            if self.order.count >= 64, self.first > self.order.count / 2 {
                self.order.removeFirst(self.first)
                self.first = 0
            }
            self.order.append(id)
            self.waiters[id] = waiter
        }
    }

    private static let timer = DispatchQueue(label: "swift-sse.nats.permits")

    private let maximumWaiting: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - count: How many get in at a time.
    ///   - maximumWaiting: The most who wait for that.
    init(_ count: Int, maximumWaiting: Int) {
        self.maximumWaiting = maximumWaiting
        self.state = Mutex(State(free: max(1, count)))
    }

    /// How many wait.
    var waiterCount: Int { self.state.withLock { $0.waiters.count } }

    /// Waits for a permit.
    ///
    /// - Parameter deadline: How long.
    /// - Throws: `BrokerError` with the code `engineUnavailable` if there is none by then, or too many wait already; with
    ///   the code `engineFailed` if the task is cancelled.
    func acquire(until deadline: Instant) async throws(BrokerError) {
        if self.acquireImmediately() { return }
        let id = self.state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(deadline: deadline, continuation: continuation)
                if let result = self.wait(waiter, id) { continuation.resume(returning: result) }
            }
        } onCancel: {
            self.state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: Self.cancelled)
        }
        try result.get()
    }

    private func acquireImmediately() -> Bool {
        self.state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            return true
        }
    }

    /// Has somebody wait.
    ///
    /// - Returns: What becomes of them at once, `nil` if they wait.
    private func wait(_ waiter: Waiter, _ id: UInt64) -> Result<Void, BrokerError>? {
        let (result, setsTimer) = self.state.withLock { state -> (Result<Void, BrokerError>?, Bool) in
            // Asked under the lock, so that a cancellation is either seen here or finds somebody to remove.
            if Task.isCancelled { return (Self.cancelled, false) }
            if state.free > 0 {
                state.free -= 1
                return (.success(()), false)
            }
            guard state.waiters.count < self.maximumWaiting else { return (Self.tooMany, false) }
            state.append(waiter, id)
            defer { state.isTimerSet = true }
            return (nil, !state.isTimerSet)
        }
        if setsTimer { self.setTimer() }
        return result
    }

    /// Gives a permit back, to the next who waits.
    func release() {
        let waiter = self.state.withLock { state -> Waiter? in
            guard let waiter = state.takeFirst() else {
                state.free += 1
                return nil
            }
            return waiter
        }
        waiter?.continuation.resume(returning: .success(()))
    }

    // MARK: Time

    /// Tells those whose time is over. They have come in the order of their deadlines, or nearly so.
    ///
    /// - Returns: A Boolean value that indicates whether there is somebody who still waits.
    func expire(at now: Instant) -> Bool {
        let (expired, isWaitedFor) = self.state.withLock { state in
            let expired = state.waiters.filter { $0.value.deadline <= now }
            for id in expired.keys { state.waiters[id] = nil }
            if state.waiters.isEmpty {
                state.order.removeAll()
                state.first = 0
            }
            state.isTimerSet = !state.waiters.isEmpty
            return (expired.values, state.isTimerSet)
        }
        for waiter in expired { waiter.continuation.resume(returning: Self.late) }
        return isWaitedFor
    }

    /// Looks a few times a second, as long as somebody waits.
    private func setTimer() {
        Self.timer.asyncAfter(deadline: .now() + .milliseconds(100)) { [weak self] in
            guard let self, self.expire(at: .now) else { return }
            self.setTimer()
        }
    }

    // MARK: What becomes of who waits

    private static let late = Permits.unavailable("The NATS servers acknowledge events too slowly, or not at all.")
    private static let tooMany = Permits.unavailable("Too many events wait for the NATS servers.")
    private static let cancelled = Result<Void, BrokerError>.failure(
        BrokerError(
            code: .engineFailed,
            message: "Publishing was cancelled; the event is not in the stream.",
            cause: CancellationError()
        )
    )

    private static func unavailable(_ message: String) -> Result<Void, BrokerError> {
        .failure(BrokerError(code: .engineUnavailable, message: message))
    }
}
#endif
