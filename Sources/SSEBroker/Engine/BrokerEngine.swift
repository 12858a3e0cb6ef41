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
    /// - Throws: ``BrokerError``, with the code ``BrokerError/Code/engineFailed`` for a failure of the engine's own. The
    ///   event may be in the log all the same then; publishing with a key is what makes a repetition harmless.
    func append(_ publication: Publication) async throws(BrokerError) -> PublishReceipt

    /// Delivers every event behind a cursor, in order, without a hole, as it comes, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - cursor: The sequence number of the last event that is known.
    ///   - deliver: Takes the next events. It may be called on any thread, never by two at a time, returns soon, and
    ///     throws if they are not the next ones, which ends the following with that error.
    /// - Throws: `CancellationError`; ``BrokerError`` if events behind the cursor are gone or the engine fails.
    func follow(
        after cursor: UInt64,
        deliver: @escaping @Sendable ([LogRecord]) throws(BrokerError) -> Void
    ) async throws

    /// Reads events behind a cursor that are in the log now.
    ///
    /// - Parameters:
    ///   - cursor: The sequence number of the last event that is known.
    ///   - selection: Which events are wanted.
    ///   - limit: The most events to return.
    /// - Returns: The events, and how far the log has been looked at. It may be fewer than there are; reading on from the
    ///   slice's cursor until that is the log's end finds them all.
    /// - Throws: ``BrokerError`` if the engine fails.
    func read(after cursor: UInt64, _ selection: TopicSelection, limit: Int) async throws(BrokerError) -> LogSlice

    /// What the log holds now.
    ///
    /// - Returns: The epoch, the oldest and the newest event's numbers.
    /// - Throws: ``BrokerError`` if the engine fails.
    func bounds() async throws(BrokerError) -> LogBounds

    /// How the engine is.
    func health() async -> EngineHealth
}
