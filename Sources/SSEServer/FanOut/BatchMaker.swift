internal import SSEBroker

/// Makes batches, and hands out the last one again to whoever gets just the same events: groups differ by what they may
/// have as well as by what they want, and where each subscriber has rights of its own nearly all that is sent is the same.
@available(SwiftSSE 1.0, *)
struct BatchMaker {
    /// The last batch of each framing.
    private var last: [FrameBatch.Framing: FrameBatch] = [:]

    /// How many batches have been put together.
    private(set) var count = 0

    /// Makes a batch, as ``FrameBatch/init(_:gap:after:cursor:_:)`` does.
    mutating func batch(
        of records: some Collection<LogRecord>,
        gap: EventFrame? = nil,
        after start: UInt64,
        cursor: UInt64,
        _ framing: FrameBatch.Framing
    ) -> FrameBatch {
        if gap == nil, let known = self.last[framing], known.cursor == cursor, known.consists(of: records) {
            return known
        }
        let batch = FrameBatch(records, gap: gap, after: start, cursor: cursor, framing)
        self.count += 1
        if gap == nil { self.last[framing] = batch }
        return batch
    }

    /// Lets go of the last batches, so that no bytes are held when there is nothing to do.
    mutating func removeAll() {
        if !self.last.isEmpty { self.last = [:] }
    }
}
