/// What was read from a log in one go.
@available(SwiftSSE 1.0, *)
public struct LogSlice: Sendable {
    /// The events that the selection wants, in order.
    public var records: [LogRecord]

    /// The sequence number up to which everything has been looked at: the cursor to read on from.
    public var cursor: UInt64

    /// Whether events behind the cursor that was given have left the log, so that some may be missing before
    /// ``records``.
    public var isMissingEvents: Bool

    /// The epoch of the log that was read, `nil` if it is not this process's.
    package var epoch: UInt64?

    /// When the first event came to this process's log, `nil` if that is not known or there is none.
    package var firstTime: Duration?

    /// Makes a slice.
    ///
    /// - Parameters:
    ///   - records: The events.
    ///   - cursor: The sequence number up to which everything has been looked at.
    ///   - isMissingEvents: Whether some may be missing.
    public init(records: [LogRecord], cursor: UInt64, isMissingEvents: Bool) {
        self.records = records
        self.cursor = cursor
        self.isMissingEvents = isMissingEvents
    }
}

@available(SwiftSSE 1.0, *)
extension LogSlice {
    /// Leaves out the last events, so that those that are left have no more than so many bytes, but at least one.
    package mutating func truncate(toBytes limit: Int) {
        var byteCount = 0
        for (index, record) in self.records.enumerated() {
            byteCount += record.frame.chunk.count
            guard byteCount > limit, index > 0 else { continue }
            self.records.removeSubrange(index...)
            self.cursor = self.records[index - 1].position.sequence
            return
        }
    }

    /// Leaves out what is behind an event.
    package mutating func truncate(through end: UInt64) {
        guard self.cursor > end else { return }
        self.cursor = end
        while let last = self.records.last, last.position.sequence > end { self.records.removeLast() }
    }
}
