/// Where a broker's events get their order and are kept: in memory (``MemoryEngine``), or in a system that several
/// brokers share.
///
/// An engine is one log with one total order. All brokers on it see the same events at the same positions, so that a
/// subscriber can go on at another broker with the last event ID it has.
///
/// The checks of `EngineConformance` in the product `SSEBrokerTesting` say what an engine must do; run them on yours.
@available(SwiftSSE 1.0, *)
public protocol BrokerEngine: Sendable {
    /// Adds an event, and returns when it is in the log as durably as this engine does it.
    ///
    /// Events appended one after the other are in that order in the log. A repeated ``Publication/idempotencyKey``
    /// within the engine's window adds nothing and returns the first receipt, marked as a duplicate.
    ///
    /// - Parameter publication: The event, checked against the broker's limits already.
    /// - Returns: Where it stands.
    /// - Throws: ``BrokerError``: with the code ``BrokerError/Code/engineUnavailable`` if it is worth trying again
    ///   soon, ``BrokerError/Code/storageFull`` if there is no room, and ``BrokerError/Code/engineFailed`` for another
    ///   failure of the engine's own. The event may be in the log all the same then; publishing with a key is what
    ///   makes a repetition harmless.
    func append(_ publication: Publication) async throws(BrokerError) -> PublishReceipt

    /// Delivers every event behind a cursor, in order, without a hole, as it comes, until the task is cancelled.
    ///
    /// A broker that is told of a failure waits a little and follows anew from where it is. It does so as well when
    /// ``bounds()`` tell of another epoch.
    ///
    /// - Parameters:
    ///   - cursor: The sequence number of the last event that is known.
    ///   - deliver: Takes the next events. It may be called on any thread, never by two at a time, and returns soon. It
    ///     passes over events that it has been given before, and throws if others are not the next ones, which ends the
    ///     following with that error.
    /// - Throws: `CancellationError`; ``BrokerError`` with the code ``BrokerError/Code/eventsMissed`` if events behind
    ///   the cursor are gone, or if the engine fails.
    func follow(
        after cursor: UInt64,
        deliver: @escaping @Sendable ([LogRecord]) throws(BrokerError) -> Void
    ) async throws

    /// Reads events behind a cursor that are in the log now.
    ///
    /// Subscribers who are behind what the broker has copied get their events by this, a few of them at a time. It ends
    /// soon when the task is cancelled.
    ///
    /// - Parameters:
    ///   - cursor: The sequence number of the last event that is known.
    ///   - selection: Which events are wanted.
    ///   - limit: The most events to return.
    /// - Returns: The events, and how far the log has been looked at. It may be fewer than there are; reading on from the
    ///   slice's cursor until that is the log's end finds them all. ``LogSlice/isMissingEvents`` is set if events
    ///   behind the cursor have left the log, also if they did so while it was read, unless it is known that none of
    ///   them was wanted. Behind the log's end there is nothing.
    /// - Throws: ``BrokerError`` if the engine fails.
    func read(after cursor: UInt64, _ selection: TopicSelection, limit: Int) async throws(BrokerError) -> LogSlice

    /// Reads events behind a cursor as ``read(after:_:limit:)`` does, but no more than some bytes of them.
    ///
    /// By default the rest of what that function has read is left out. An engine that can end reading early should do
    /// that.
    ///
    /// - Parameters:
    ///   - cursor: The sequence number of the last event that is known.
    ///   - selection: Which events are wanted.
    ///   - limit: The most events to return.
    ///   - bytes: The most bytes to return, by ``LogRecord/byteCount``; the first event is returned in any case.
    /// - Returns: The events, and how far the log has been looked at.
    /// - Throws: ``BrokerError`` if the engine fails.
    func read(
        after cursor: UInt64,
        _ selection: TopicSelection,
        limit: Int,
        bytes: Int
    ) async throws(BrokerError) -> LogSlice

    /// What the log holds now.
    ///
    /// A broker asks once a second, and when somebody comes who knows of more than it does. It ends soon when the task
    /// is cancelled.
    ///
    /// - Returns: The epoch, the oldest and the newest event's numbers. Within an epoch neither goes down. Events that
    ///   have left the log, by retention or by somebody's hand, are not counted.
    /// - Throws: ``BrokerError`` if the engine fails.
    func bounds() async throws(BrokerError) -> LogBounds

    /// Finds the event with an id that its publisher chose, for a subscriber who has it as its last and whom the broker
    /// cannot place.
    ///
    /// - Parameter id: The id. It comes from the network, and has at most 1,024 bytes.
    /// - Returns: The sequence number of the first event with it that is kept; `nil` if there is none, or if the engine
    ///   does not look events up by their ids, as by default.
    /// - Throws: ``BrokerError`` if the engine fails.
    func sequence(ofPublisherID id: String) async throws(BrokerError) -> UInt64?

    /// How the engine is.
    func health() async -> EngineHealth

    /// A Boolean value that indicates whether ``health()`` tells by itself when events can be stored again, after one could
    /// not be.
    ///
    /// For an engine that does not find out, the broker tells of such a failure until another event has been stored, or
    /// nobody has tried for half a minute. False by default.
    var noticesRecovery: Bool { get }
}

@available(SwiftSSE 1.0, *)
extension BrokerEngine {
    /// Reads as many events as were asked for, and leaves out those that are too much.
    public func read(
        after cursor: UInt64,
        _ selection: TopicSelection,
        limit: Int,
        bytes: Int
    ) async throws(BrokerError) -> LogSlice {
        var slice = try await self.read(after: cursor, selection, limit: limit)
        slice.truncate(toHeldBytes: bytes)
        return slice
    }

    /// False: the broker finds out by the next events.
    public var noticesRecovery: Bool { false }

    /// Finds nothing.
    public func sequence(ofPublisherID id: String) async throws(BrokerError) -> UInt64? { nil }
}

/// How an engine is.
@available(SwiftSSE 1.0, *)
public enum EngineHealth: Sendable, Hashable {
    /// Events are appended and delivered.
    case healthy

    /// Events are delivered late, or appended slowly, for the reason given in one line.
    case degraded(String)

    /// Events are not appended or not delivered, for the reason given in one line.
    case unavailable(String)
}
