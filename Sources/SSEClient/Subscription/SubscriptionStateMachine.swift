/// Decides when a subscription connects, waits, rests and ends. Does nothing itself, and knows no time but what it is told.
///
/// ```
/// idle ──▶ connecting ──▶ open ──▶ waiting ──▶ connecting …
///               └───────────────────▲
/// ```
///
/// A refused or failed attempt leads from `connecting` to `waiting` as well. Every state but `closed` leads to `paused` and,
/// by ``close()``, to `closed`.
@available(SwiftSSE 1.0, *)
struct SubscriptionStateMachine<ClockType: Clock> where ClockType.Duration == Duration {
    enum State {
        /// Nobody iterates.
        case idle
        case connecting
        case open(since: ClockType.Instant)
        case waiting(until: ClockType.Instant)
        case paused
        case closed(SubscriptionEnd)
    }

    /// What the one who asks is to do.
    enum Step {
        /// Open the connection of this number.
        case connect(Int)
        case wait(until: ClockType.Instant)
        /// Wait for a command.
        case rest
        /// Read the connection that is open.
        case read
        case end(SubscriptionEnd)
    }

    private let policy: ReconnectionPolicy

    private(set) var state = State.idle

    /// The number of the connection that counts; what others do does not matter any more.
    private(set) var connection = 0

    /// The connections in a row that have failed.
    private var failures = 0

    /// The attempts to reconnect in a row that have led to no stream.
    private var attempts = 0

    /// What the stream has set; it outlives connections.
    private(set) var reconnectionTime: Duration?

    init(policy: ReconnectionPolicy) {
        self.policy = policy
    }

    // MARK: The shell

    mutating func nextStep(at now: ClockType.Instant) -> Step {
        switch self.state {
        case .idle: return self.connect()
        case .waiting(let end): return end <= now ? self.connect() : .wait(until: end)
        case .connecting, .open: return .read
        case .paused: return .rest
        case .closed(let end): return .end(end)
        }
    }

    private mutating func connect() -> Step {
        self.connection += 1
        self.state = .connecting
        return .connect(self.connection)
    }

    /// A connection's response has been accepted.
    mutating func opened(_ connection: Int, at now: ClockType.Instant) {
        guard self.isCurrent(connection) else { return }
        self.state = .open(since: now)
        self.attempts = 0
    }

    /// Whether a connection is the one that is to be opened now.
    func isCurrent(_ connection: Int) -> Bool {
        if case .connecting = self.state { return connection == self.connection }
        return false
    }

    mutating func setReconnectionTime(_ time: Duration) {
        self.reconnectionTime = time
    }

    /// What follows on an end.
    enum Consequence {
        case wait(Duration)
        case close(SubscriptionEnd)
        /// A command has decided already.
        case none
    }

    /// A connection has ended, or there was none to be had.
    ///
    /// - Parameters:
    ///   - connection: The connection's number.
    ///   - end: How it ended.
    ///   - decision: What the policy says to that.
    ///   - retryAfter: How long the server asks to stay away.
    ///   - random: A number from 0 up to but not including 1.
    ///   - now: The time.
    mutating func finished(
        _ connection: Int,
        _ end: ConnectionEnd,
        _ decision: ReconnectionDecision,
        retryAfter: Duration?,
        random: Double,
        at now: ClockType.Instant
    ) -> Consequence {
        guard connection == self.connection else { return .none }
        switch self.state {
        case .idle, .waiting, .paused, .closed: return .none
        case .connecting: break
        case .open(let start):
            if end.isSuccess || start.duration(to: now) >= self.policy.resetsAfter { self.failures = 0 }
        }
        switch decision.kind {
        case .end: return self.closed(.ended)
        case .fail: return self.closed(.failed(end.error ?? SSEClientError(code: .connectionCut, message: "\(end)")))
        case .reconnect(let ownDelay):
            if !end.isSuccess { self.failures += 1 }
            if let maximum = self.policy.maximumAttempts, self.attempts >= maximum {
                return self.closed(.failed(SSEClientError.attemptsExhausted(maximum, end)))
            }
            self.attempts += 1
            let ours = self.policy.delay(
                failures: max(self.failures, 1),
                reconnectionTime: self.reconnectionTime,
                random: random
            )
            let delay = ownDelay ?? max(ours, self.policy.honoursRetryAfter ? retryAfter ?? .zero : .zero)
            self.state = .waiting(until: now.advanced(by: delay))
            return .wait(delay)
        }
    }

    /// There is no request for a connection.
    mutating func fail(_ connection: Int, _ error: any Error) {
        if self.isCurrent(connection) { self.state = .closed(.failed(error)) }
    }

    /// It is not known where to begin.
    mutating func failToBegin(_ error: any Error) {
        if case .closed = self.state { return }
        self.state = .closed(.failed(error))
    }

    private mutating func closed(_ end: SubscriptionEnd) -> Consequence {
        self.state = .closed(end)
        return .close(end)
    }

    /// Nobody iterates any more.
    mutating func left() {
        switch self.state {
        case .paused, .closed: break
        case .idle, .connecting, .open, .waiting:
            self.state = .idle
            self.failures = 0
            self.attempts = 0
        }
    }

    // MARK: Commands

    /// - Returns: Whether there is a connection to be closed.
    mutating func pause() -> Bool {
        switch self.state {
        case .paused, .closed: return false
        case .idle, .waiting:
            self.state = .paused
            return false
        case .connecting, .open:
            self.state = .paused
            return true
        }
    }

    mutating func resume(at now: ClockType.Instant) {
        guard case .paused = self.state else { return }
        self.failures = 0
        self.attempts = 0
        self.state = .waiting(until: now)
    }

    /// - Returns: Whether there is a connection to be closed.
    mutating func reconnectNow(at now: ClockType.Instant) -> Bool {
        switch self.state {
        case .idle, .paused, .closed: return false
        case .waiting:
            self.state = .waiting(until: now)
            return false
        case .connecting, .open:
            self.state = .waiting(until: now)
            return true
        }
    }

    mutating func close() {
        if case .closed = self.state { return }
        self.state = .closed(.ended)
    }
}

/// How a subscription ended.
@available(SwiftSSE 1.0, *)
public enum SubscriptionEnd: Sendable {
    /// The server has said that there is nothing more (204), the policy says so, or
    /// ``EventStreamSubscription/close()`` was called.
    case ended

    /// There is no use in trying on.
    case failed(any Error)
}
