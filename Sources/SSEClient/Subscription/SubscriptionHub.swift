internal import ServerSentEvents
internal import Synchronization

/// What a subscription's handles and its iterator share.
///
/// Storage around ``SubscriptionStateMachine``: every step asks the machine under the lock and acts outside of it.
@available(SwiftSSE 1.0, *)
final class SubscriptionHub<ClockType: Clock>: SubscriptionCore where ClockType.Duration == Duration {
    private struct State {
        var machine: SubscriptionStateMachine<ClockType>
        var connection: EventStreamConnection?
        var lastEventID: ServerSentEvent.EventID
        var isIterated = false
        var hasLoadedCursor = false
        /// The iterator, while it waits for a command. There is only ever one.
        var waiter: CheckedContinuation<Void, Never>?
        var commandCount = 0
    }

    let settings: SubscriptionSettings
    let clock: ClockType

    private let closed = Atomic(false)

    private let state: Mutex<State>

    init(_ settings: SubscriptionSettings, clock: ClockType) {
        self.settings = settings
        self.clock = clock
        let machine = SubscriptionStateMachine<ClockType>(policy: settings.configuration.policy)
        self.state = Mutex(State(machine: machine, lastEventID: settings.lastEventID))
    }

    func makeRunner() -> any SubscriptionRunning {
        SubscriptionRunner(self)
    }

    // MARK: The iterator

    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/alreadyIterated``.
    func enter() throws(SSEClientError) {
        let isFirst = self.state.withLock { state in
            defer { state.isIterated = true }
            return !state.isIterated
        }
        guard isFirst else {
            throw SSEClientError(code: .alreadyIterated, message: "Another loop over this subscription is running.")
        }
    }

    func leave() {
        // In one go: another loop may begin at once.
        let connection = self.state.withLock { state in
            state.isIterated = false
            state.machine.left()
            return state.connection.take()
        }
        connection?.cancel()
    }

    /// The connection counts for nothing, because the task that read it was cancelled.
    func abandon() {
        let connection = self.state.withLock { state in
            state.machine.left()
            return state.connection.take()
        }
        connection?.cancel()
    }

    /// What to do next, and how many commands have been given so far.
    func nextStep() -> (SubscriptionStateMachine<ClockType>.Step, commandCount: Int) {
        self.state.withLock { ($0.machine.nextStep(at: self.clock.now), $0.commandCount) }
    }

    /// Makes the connection of a number known, so that commands can close it.
    ///
    /// - Returns: The number of commands so far; `nil` if one of them has made the connection needless.
    func begin(_ number: Int, _ connection: EventStreamConnection) -> Int? {
        self.state.withLock { state in
            guard state.machine.isCurrent(number) else { return nil }
            state.connection = connection
            return state.commandCount
        }
    }

    /// - Returns: `false` if a command has made the connection needless meanwhile, and has closed it.
    func opened(_ number: Int) -> Bool {
        self.state.withLock { state in
            defer { state.machine.opened(number, at: self.clock.now) }
            return state.machine.isCurrent(number)
        }
    }

    func finished(
        _ number: Int,
        _ end: ConnectionEnd,
        _ decision: ReconnectionDecision,
        retryAfter: Duration?,
        random: Double
    ) -> SubscriptionStateMachine<ClockType>.Consequence {
        let (consequence, connection) = self.state.withLock { state in
            let consequence = state.machine.finished(
                number,
                end,
                decision,
                retryAfter: retryAfter,
                random: random,
                at: self.clock.now
            )
            return (consequence, state.connection.take())
        }
        connection?.cancel()
        return consequence
    }

    /// The request could not be made: nothing more can come.
    func fail(_ number: Int, _ error: any Error) {
        self.state.withLock { $0.machine.fail(number, error) }
    }

    /// Whether the cursor has to be loaded. Once it has been, ``lastEventID`` is further than what is stored.
    var needsCursor: Bool { self.state.withLock { !$0.hasLoadedCursor } }

    func loadedCursor(_ id: ServerSentEvent.EventID?) {
        self.state.withLock { state in
            state.hasLoadedCursor = true
            if let id { state.lastEventID = id }
        }
    }

    func failToBegin(_ error: any Error) {
        self.state.withLock { $0.machine.failToBegin(error) }
    }

    func setReconnectionTime(_ time: Duration) {
        self.state.withLock { $0.machine.setReconnectionTime(time) }
    }

    /// Waits until a command is given, or has been since a count was read, or the task is cancelled.
    func waitForCommand(after count: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = self.state.withLock { state in
                    guard state.commandCount == count, !Task.isCancelled else { return false }
                    state.waiter = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.waiter.take() }?.resume()
        }
    }

    /// The subscription has been closed by hand: what has come but not been taken is not to be handed out any more.
    var isClosed: Bool { self.closed.load(ordering: .relaxed) }

    // MARK: Anybody

    var lastEventID: ServerSentEvent.EventID {
        get { self.state.withLock { $0.lastEventID } }
        set { self.state.withLock { $0.lastEventID = newValue } }
    }

    func pause() {
        self.command { $0.pause() }
    }

    func resume() {
        self.command { machine in
            machine.resume(at: self.clock.now)
            return false
        }
    }

    func reconnectNow() {
        self.command { $0.reconnectNow(at: self.clock.now) }
    }

    func close() {
        self.command { machine in
            machine.close()
            self.closed.store(true, ordering: .relaxed)
            return true
        }
    }

    private func command(_ body: (inout SubscriptionStateMachine<ClockType>) -> Bool) {
        let (connection, waiter) = self.state.withLock { state in
            state.commandCount += 1
            let closesConnection = body(&state.machine)
            return (closesConnection ? state.connection.take() : nil, state.waiter.take())
        }
        connection?.cancel()
        waiter?.resume()
    }
}

/// A ``SubscriptionHub`` of whatever clock.
@available(SwiftSSE 1.0, *)
protocol SubscriptionCore: AnyObject, Sendable {
    var lastEventID: ServerSentEvent.EventID { get }

    func pause()
    func resume()
    func reconnectNow()
    func close()

    func makeRunner() -> any SubscriptionRunning
}

/// A ``SubscriptionRunner`` of whatever clock.
@available(SwiftSSE 1.0, *)
protocol SubscriptionRunning: AnyObject {
    /// The next thing that happens, `nil` when the subscription is over.
    func next() async throws -> SubscriptionUpdate?
}
