/// How much a log holds.
@available(SwiftSSE 1.0, *)
struct LogSize: Sendable, Hashable {
    var events: Int
    /// Bytes of memory, as ``Retention/bytes`` counts them.
    var bytes: Int
    /// How old the oldest event is, zero if there is none.
    var oldestAge: Duration
}
