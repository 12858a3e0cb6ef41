internal import NIOCore
internal import SSEBroker

/// Decides what becomes of the writes of one event stream: who waits, what is written next, when it is too late.
///
/// Generic over its two kinds of waiters so that it can be tested without tasks. It knows neither sockets nor clocks;
/// what is to be done is returned, and done by ``Outbox``.
@available(SwiftSSE 1.0, *)
struct OutboxStateMachine<Sender: Sendable, Instant: InstantProtocol> where Instant.Duration == Duration {
    typealias WriteID = UInt64

    /// A write that has been submitted; keep-alive comments have no sender.
    struct Write: Sendable {
        let id: WriteID
        let bytes: ByteBuffer
        let sender: Sender?
    }

    /// How a stream ended.
    enum End: Sendable {
        /// The body has returned, and everything is written.
        case completed
        case failed(SSEServerError)
    }

    private enum Phase {
        case open
        /// The body has returned; what is queued is still written.
        case finishing
        /// No more writes begin. The one under way, if the error lets it go on, is waited for.
        case ended(SSEServerError)
    }

    private var phase = Phase.open
    private var queue = CircularBuffer<Write>()
    private var current: Write?
    private var currentSince: Instant?
    private var lastActivity: Instant
    private let keepAliveInterval: Duration?
    private let writeTimeout: Duration?

    init(keepAliveInterval: Duration?, writeTimeout: Duration?, now: Instant) {
        // A time that is always over would keep the timer busy for nothing.
        self.keepAliveInterval = keepAliveInterval.asLimit
        self.writeTimeout = writeTimeout.asLimit
        self.lastActivity = now
    }

    // MARK: Senders

    /// - Returns: An error for the sender if the stream takes no more writes.
    mutating func submit(_ write: Write) -> SSEServerError? {
        switch self.phase {
        case .open:
            self.queue.append(write)
            return nil
        case .finishing:
            return .streamEnded
        case .ended(let error):
            return error
        }
    }

    /// Takes a write back that has not begun.
    ///
    /// - Returns: Its sender, who is to be told; `nil` if the write has begun or is done.
    mutating func withdraw(_ id: WriteID) -> Sender? {
        guard let index = self.queue.firstIndex(where: { $0.id == id }) else { return nil }
        return self.queue.remove(at: index).sender
    }

    // MARK: The pump

    enum NextAction {
        case write(ByteBuffer)
        case wait
        case stop
    }

    /// What the pump is to do now that it has nothing to do.
    mutating func next(now: Instant) -> NextAction {
        switch self.phase {
        case .ended:
            return .stop
        case .open, .finishing:
            guard let write = self.queue.popFirst() else {
                if case .finishing = self.phase { return .stop }
                return .wait
            }
            self.current = write
            self.currentSince = now
            return .write(write.bytes)
        }
    }

    /// Whether the pump, asked now, would have something else to do than wait.
    var hasWork: Bool {
        if case .open = self.phase { return !self.queue.isEmpty }
        return true
    }

    /// The write under way is done.
    ///
    /// - Returns: Its sender, who is to be told, if it has not been told otherwise before.
    mutating func written(now: Instant) -> Sender? {
        self.lastActivity = now
        self.currentSince = nil
        defer { self.current = nil }
        return self.current?.sender
    }

    // MARK: The end

    /// The body has returned.
    mutating func finish() {
        if case .open = self.phase { self.phase = .finishing }
    }

    /// Ends the stream for a reason.
    ///
    /// - Parameter waitsForCurrent: Whether the write under way may be completed.
    /// - Returns: The senders that are to be told.
    mutating func end(_ error: SSEServerError, waitsForCurrent: Bool) -> [Sender] {
        switch self.phase {
        case .open, .finishing:
            self.phase = .ended(error)
        case .ended(let reason):
            if waitsForCurrent { return [] }
            // What was cut short in the middle of a write has not ended as it should.
            if reason.code == .shuttingDown, self.current != nil { self.phase = .ended(error) }
        }
        var senders = self.queue.compactMap(\.sender)
        self.queue.removeAll()
        if !waitsForCurrent, let current = self.current {
            self.current = nil
            self.currentSince = nil
            if let sender = current.sender { senders.append(sender) }
        }
        return senders
    }

    /// How the stream ended, `nil` if it has not.
    var ending: End? {
        guard self.current == nil, self.queue.isEmpty else { return nil }
        return switch self.phase {
        case .open: nil
        case .finishing: .completed
        case .ended(let error): .failed(error)
        }
    }

    // MARK: Time

    enum TimerAction: Equatable {
        case sleep(until: Instant)
        case sendKeepAlive
        case timeOut(after: Duration)
        case stop
    }

    /// What is due now, or when to ask again.
    func tick(now: Instant) -> TimerAction {
        guard self.ending == nil else { return .stop }
        var due: Instant?
        if let timeout = self.writeTimeout {
            // A write that begins while the timer sleeps is due no earlier than this.
            let deadline = (self.currentSince ?? now).advanced(by: timeout)
            if self.currentSince != nil, deadline <= now { return .timeOut(after: timeout) }
            due = deadline
        }
        if case .open = self.phase, let interval = self.keepAliveInterval {
            // A write that is under way may be done right now, and then this is how long nothing may be sent.
            let keepAlive = (self.currentSince == nil ? self.lastActivity : now).advanced(by: interval)
            if keepAlive <= now { return .sendKeepAlive }
            due = min(due ?? keepAlive, keepAlive)
        }
        guard let due else { return .stop }
        return .sleep(until: due)
    }

    /// A keep-alive comment is due: queues it unless something else is about to be written.
    mutating func submitKeepAlive(_ bytes: ByteBuffer, id: WriteID, now: Instant) -> Bool {
        guard case .open = self.phase else { return false }
        self.lastActivity = now
        guard self.queue.isEmpty, self.current == nil else { return false }
        self.queue.append(Write(id: id, bytes: bytes, sender: nil))
        return true
    }
}
