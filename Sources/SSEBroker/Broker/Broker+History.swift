@available(SwiftSSE 1.0, *)
extension Broker {
    /// Reads the newest events that a selection wants, without subscribing.
    ///
    /// ```swift
    /// let page = try await broker.history(of: TopicSelection("weather"), newest: 20)
    /// for record in page.records { print(record.id, record.event.data) }
    /// ```
    ///
    /// - Parameters:
    ///   - selection: Which events are wanted, and allowed.
    ///   - count: The most events to return.
    ///   - end: The position before which the events stand; by default the end of the log. Give it
    ///     ``EventHistory/earlier`` of a page to read the one before.
    ///   - bytes: The most bytes of events to return, by ``LogRecord/byteCount``; 256 KiB by default. The newest event is
    ///     returned in any case.
    /// - Returns: The events. There may be fewer than asked for, though there are more: because of their bytes, or
    ///   because comparing costly templates with many events has taken as long as it may. ``EventHistory/earlier`` goes
    ///   on there.
    /// - Throws: ``BrokerError`` with one of the codes ``BrokerError/Code/noTopics``,
    ///   ``BrokerError/Code/tooManyTopics``, ``BrokerError/Code/closed``, with ``BrokerError/Code/invalidID`` if the
    ///   position is of another log than this one; and if an engine has to be asked and fails, what it throws, or
    ///   ``BrokerError/Code/engineUnavailable``.
    public func history(
        of selection: TopicSelection,
        newest count: Int,
        before end: EventPosition? = nil,
        bytes: Int = 256 * 1024
    ) async throws(BrokerError) -> EventHistory {
        try self.configuration.limits.check(selection)
        guard !self.store.isClosed else { throw .closed }
        self.store.removeExpired()
        let last = self.store.position
        if let end, end.epoch != last.epoch {
            throw BrokerError(code: .invalidID, message: "'\(end.wireID)' is of another log than this one.")
        }
        var search = HistorySearch(self.store, self.mirror, selection, keepsRecords: true, bytes: bytes)
        let found = try await search.run(
            count,
            through: min(end.map { max($0.sequence, 1) - 1 } ?? .max, last.sequence)
        )
        guard found.epoch == last.epoch else { throw .logIsReplaced }
        let hasEarlier = found.cursor > found.floor
        return EventHistory(
            records: found.records,
            earlier: hasEarlier ? EventPosition(epoch: last.epoch, sequence: found.cursor + 1) : nil,
            end: last
        )
    }

    /// Finds where a subscriber begins that wants the newest events of those that it may have.
    func rewind(_ count: Int, for selection: TopicSelection) async throws(BrokerError) -> ResumedCursor {
        self.store.removeExpired()
        let last = self.store.position
        var search = HistorySearch(self.store, self.mirror, selection, keepsRecords: false)
        let found = try await search.run(count, through: last.sequence)
        guard found.epoch == last.epoch else { throw .logIsReplaced }
        return self.store.rewound(to: found.cursor)
    }
}

@available(SwiftSSE 1.0, *)
extension BrokerError {
    static var logIsReplaced: BrokerError {
        BrokerError(code: .engineUnavailable, message: "The engine's log is being replaced.")
    }
}

/// A page of what a log has of some topics, the newest first to be asked for and the oldest first in the page.
@available(SwiftSSE 1.0, *)
public struct EventHistory: Sendable {
    /// The events, in the order of the log.
    public let records: [LogRecord]

    /// The position before which the page before this one ends; `nil` if there is nothing before this one.
    ///
    /// That page may be empty: what comes before this one has not been compared with the selection yet.
    public let earlier: EventPosition?

    /// The end of the log when it was looked at. Whoever subscribes from there, by
    /// ``ResumePoint/after(id:)`` with ``EventPosition/wireID``, gets everything that has come since.
    public let end: EventPosition
}
