internal import SSEBroker

/// Makes batches, and hands out the last one again to whoever gets just the same events: groups differ by what they may
/// have as well as by what they want, and where each subscriber has rights of its own nearly all that is sent is the
/// same.
@available(SwiftSSE 1.0, *)
struct BatchMaker {
    /// The last batch of each framing.
    private var last: [FrameBatch.Framing: FrameBatch] = [:]

    /// How many batches have been put together.
    private(set) var count = 0

    /// Makes a batch, as ``FrameBatch/init(_:cursor:_:owner:)`` does.
    mutating func batch(
        of records: some Collection<LogRecord>,
        cursor: UInt64,
        _ framing: FrameBatch.Framing,
        owner: UInt64 = FrameBatch.everybody
    ) -> FrameBatch {
        guard owner == FrameBatch.everybody else {
            // The bytes are of this group alone, which keeps them itself.
            self.count += 1
            return FrameBatch(records, cursor: cursor, framing, owner: owner)
        }
        if let known = self.last[framing], known.cursor == cursor, known.consists(of: records) { return known }
        let batch = FrameBatch(records, cursor: cursor, framing)
        self.count += 1
        self.last[framing] = batch
        return batch
    }

    /// Lets go of the last batches, so that no bytes are held when there is nothing to do.
    mutating func removeAll() {
        if !self.last.isEmpty { self.last = [:] }
    }
}
