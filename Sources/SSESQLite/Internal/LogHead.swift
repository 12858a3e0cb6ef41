#if SQLite
internal import SSEBroker

/// What is known of a log without looking into it. Changed with each transaction, and only if it is committed.
@available(SwiftSSE 1.0, *)
struct LogHead: Sendable, Hashable {
    let epoch: UInt64

    /// The oldest event's number; one more than ``last`` if there is none.
    var first: UInt64

    /// The newest event's number.
    var last: UInt64

    /// Bytes of the file that the events take.
    var byteCount: Int

    /// When the oldest event was published, in milliseconds since 1970; `nil` if there is none.
    var oldestTime: Int64?

    /// The number of the newest key that is remembered.
    var lastKey: Int64

    /// When the oldest key that is remembered was given, in milliseconds since 1970; `nil` if there is none.
    var oldestKeyTime: Int64?

    /// The newest time that was in the log when it was opened, `nil` if there was none.
    var latestTime: Int64?

    var bounds: LogBounds { LogBounds(epoch: self.epoch, first: self.first, last: self.last) }

    var eventCount: UInt64 { self.last + 1 - self.first }

    /// Whether the oldest event has to go. The newest stays, unless it is too old.
    func exceeds(_ retention: Retention, at time: Int64) -> Bool {
        if self.eventCount > 1, self.eventCount > UInt64(clamping: retention.events) || self.byteCount > retention.bytes
        {
            return true
        }
        guard let age = retention.age, let oldestTime = self.oldestTime else { return false }
        return time - oldestTime > age.milliseconds
    }
}

extension Duration {
    /// The time in whole milliseconds, rounded down; no more than fit.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min / 2 : .max / 2 }
        return min(product, .max / 2) + attoseconds / 1_000_000_000_000_000
    }
}
#endif
