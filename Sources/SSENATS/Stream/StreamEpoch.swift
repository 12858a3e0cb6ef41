#if NATS
internal import CNats

/// Which life of a stream it is, as written in the stream's description by the broker that made it.
///
/// The servers' own time of a stream's making will not do where it can be helped: of a stream with replicas, some versions
/// of the server give another one after a restart, by a fraction of a millisecond.
struct StreamEpoch {
    /// How far the clocks of a broker and a server may be apart, in microseconds: ten minutes. A stream that is made with
    /// the description of an older one is not taken for that one.
    private static let tolerance: UInt64 = 600_000_000
    private static let opening = "The log of SSE brokers, of the epoch "

    /// Microseconds since 1970, about when the stream was made.
    let value: UInt64

    /// The epoch of a stream that is made now.
    static var now: StreamEpoch { StreamEpoch(value: UInt64(clamping: nats_NowInNanoSeconds() / 1000)) }

    /// The description of a stream with this epoch.
    var description: String { Self.opening + String(self.value, radix: 36) }

    init(value: UInt64) {
        self.value = value
    }

    /// The epoch of a stream: the one in its description, or when it was made if that says nothing of it.
    ///
    /// - Parameters:
    ///   - description: The stream's description, which may be anybody's.
    ///   - created: When the servers say that it was made, in nanoseconds since 1970.
    init(description: String?, created: Int64) {
        let created = UInt64(clamping: created / 1000)
        guard let description, description.hasPrefix(Self.opening),
            let value = UInt64(description.dropFirst(Self.opening.count), radix: 36),
            max(value, created) - min(value, created) <= Self.tolerance
        else {
            self.value = created
            return
        }
        self.value = value
    }
}
#endif
