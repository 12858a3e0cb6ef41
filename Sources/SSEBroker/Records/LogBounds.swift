/// What a log holds.
@available(SwiftSSE 1.0, *)
public struct LogBounds: Sendable, Hashable {
    /// The life of the log.
    public var epoch: UInt64

    /// The sequence number of the oldest event that is kept; one more than ``last`` if there is none.
    public var first: UInt64

    /// The sequence number of the newest event; 0 if there never was one.
    public var last: UInt64

    /// Makes bounds.
    ///
    /// - Parameters:
    ///   - epoch: The life of the log.
    ///   - first: The oldest event's number.
    ///   - last: The newest event's number.
    public init(epoch: UInt64, first: UInt64, last: UInt64) {
        self.epoch = epoch
        self.first = first
        self.last = last
    }
}

/// How much a log holds.
@available(SwiftSSE 1.0, *)
struct LogSize: Sendable, Hashable {
    var events: Int
    /// Bytes of memory, as ``Retention/bytes`` counts them.
    var bytes: Int
    /// How old the oldest event is, zero if there is none.
    var oldestAge: Duration
}
