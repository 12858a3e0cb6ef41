internal import NIOCore
internal import SSEBroker
internal import Synchronization

/// The writes of one event stream on their way from senders, in whatever tasks, to the one task that owns the sink.
///
/// Storage around ``OutboxStateMachine``: every step asks the machine under the lock and acts outside of it.
@available(SwiftSSE 1.0, *)
final class Outbox<ClockType: Clock<Duration>>: Sendable {
    private typealias Machine = OutboxStateMachine<CheckedContinuation<Void, any Error>, ClockType.Instant>

    private struct State: ~Copyable {
        var machine: Machine
        var lastWriteID: UInt64 = 0
        /// The task that owns the sink, while it waits for the next write.
        var pump: CheckedContinuation<Void, Never>?
        /// The task that waits for the stream's end.
        var closer: CheckedContinuation<Machine.End, Never>?
    }

    private let clock: ClockType
    private let state: Mutex<State>

    init(configuration: EventStreamConfiguration, clock: ClockType) {
        self.clock = clock
        self.state = Mutex(
            State(
                machine: Machine(
                    keepAliveInterval: configuration.keepAliveInterval,
                    writeTimeout: configuration.writeTimeout,
                    now: clock.now
                )
            )
        )
    }

    // MARK: Senders

    /// Submits bytes and waits until they have been written.
    func send(_ bytes: ByteBuffer) async throws {
        let id = self.state.withLock { state in
            state.lastWriteID += 1
            return state.lastWriteID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                self.submit(.init(id: id, bytes: bytes, sender: continuation))
            }
        } onCancel: {
            self.state.withLock { $0.machine.withdraw(id) }?.resume(throwing: CancellationError())
        }
    }

    private func submit(_ write: Machine.Write) {
        let (refused, cancelled, pump) = self.state.withLock { state in
            let refused = state.machine.submit(write)
            // Asked only now, so that a cancellation is either seen here or finds something to withdraw.
            let cancelled = Task.isCancelled ? state.machine.withdraw(write.id) : nil
            return (refused, cancelled, state.pump.take())
        }
        if let refused { write.sender?.resume(throwing: refused) }
        cancelled?.resume(throwing: CancellationError())
        pump?.resume()
    }

    // MARK: The pump

    /// Writes what is submitted until the stream ends.
    func pump<Sink: EventStreamSink>(into sink: inout Sink) async {
        while let bytes = await self.nextWrite() {
            do {
                try await sink.write(bytes)
                self.written()
            } catch {
                // A write that fails because this task was cancelled says nothing about the client.
                self.end(Task.isCancelled ? .streamEnded : .clientDisconnected(cause: error), waitsForCurrent: false)
            }
        }
        self.resumeCloser()
    }

    private func nextWrite() async -> ByteBuffer? {
        while true {
            let action = self.state.withLock { $0.machine.next(now: self.clock.now) }
            switch action {
            case .write(let bytes): return bytes
            case .stop: return nil
            case .wait: await self.waitForWork()
            }
        }
    }

    private func waitForWork() async {
        await withCheckedContinuation { continuation in
            let hasWork = self.state.withLock { state in
                let hasWork = state.machine.hasWork
                if !hasWork { state.pump = continuation }
                return hasWork
            }
            if hasWork { continuation.resume() }
        }
    }

    private func written() {
        let now = self.clock.now
        self.state.withLock { $0.machine.written(now: now) }?.resume()
    }

    // MARK: The end

    /// The body has returned: what is queued is still written, and then the stream ends.
    func finish() {
        let pump = self.state.withLock { state in
            state.machine.finish()
            return state.pump.take()
        }
        pump?.resume()
    }

    /// Ends the stream; who waits for a write is told why.
    ///
    /// - Parameters:
    ///   - error: The reason.
    ///   - waitsForCurrent: Whether the write under way may be completed.
    func end(_ error: SSEServerError, waitsForCurrent: Bool) {
        let (senders, pump) = self.state.withLock { state in
            (state.machine.end(error, waitsForCurrent: waitsForCurrent), state.pump.take())
        }
        for sender in senders { sender.resume(throwing: error) }
        pump?.resume()
        self.resumeCloser()
    }

    /// Waits until the stream has ended, and tells how.
    func waitForEnd() async -> SSEServerError? {
        let end = await withCheckedContinuation { (continuation: CheckedContinuation<Machine.End, Never>) in
            let end = self.state.withLock { state in
                let end = state.machine.ending
                if end == nil { state.closer = continuation }
                return end
            }
            if let end { continuation.resume(returning: end) }
        }
        return switch end {
        case .completed: nil
        case .failed(let error): error
        }
    }

    private func resumeCloser() {
        let (closer, end) = self.state.withLock { state -> (CheckedContinuation<Machine.End, Never>?, Machine.End?) in
            guard let end = state.machine.ending else { return (nil, nil) }
            return (state.closer.take(), end)
        }
        if let end { closer?.resume(returning: end) }
    }

    // MARK: Time

    /// Sends keep-alive comments and watches deadlines, until the stream ends or the task is cancelled.
    func watchTime(keepAlive: ByteBuffer) async {
        while true {
            let now = self.clock.now
            switch self.state.withLock({ $0.machine.tick(now: now) }) {
            case .sleep(let instant):
                do { try await self.clock.sleep(until: instant, tolerance: nil) } catch { return }
            case .sendKeepAlive:
                self.sendKeepAlive(keepAlive, now: now)
            case .timeOut(let timeout):
                return self.end(.writeTimedOut(after: timeout), waitsForCurrent: false)
            case .stop:
                return
            }
        }
    }

    private func sendKeepAlive(_ bytes: ByteBuffer, now: ClockType.Instant) {
        let pump = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.lastWriteID += 1
            let isQueued = state.machine.submitKeepAlive(bytes, id: state.lastWriteID, now: now)
            return isQueued ? state.pump.take() : nil
        }
        pump?.resume()
    }
}

/// Does a write outside of an event stream, before it or after it, but for no longer than a write may take.
///
/// - Parameters:
///   - timeout: How long, `nil` for ever.
///   - clock: What measures time.
///   - write: The write, which must throw when its task is cancelled.
/// - Throws: What `write` throws; ``SSEServerError`` with the code ``SSEServerError/Code/writeTimedOut``.
@available(SwiftSSE 1.0, *)
package func withWriteTimeout(
    _ timeout: Duration?,
    clock: some Clock<Duration> = ContinuousClock(),
    _ write: @escaping @Sendable () async throws -> Void
) async throws {
    guard let timeout else { return try await write() }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await write() }
        group.addTask {
            try await clock.sleep(for: timeout.asTimeout)
            throw SSEServerError.writeTimedOut(after: timeout)
        }
        defer { group.cancelAll() }
        try await group.next()
    }
}

extension Duration? {
    /// The time as a limit, of which there is none for `nil` and for zero.
    var asLimit: Duration? { self.flatMap { $0 > .zero ? $0.asTimeout : nil } }
}
