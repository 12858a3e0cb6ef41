internal import NIOCore
internal import ServerSentEvents

/// What a shard's timer does, in its unit of a second.
@available(SwiftSSE 1.0, *)
struct Routine {
    /// The silence after which a comment is sent.
    let heartbeat: UInt32
    /// How long a write may wait.
    let writeTimeout: UInt32
    private let maximumLifetime: UInt32?
    private let chunkedHeartbeat: ByteBuffer
    private let plainHeartbeat: ByteBuffer

    init(_ configuration: FanOutConfiguration) {
        self.heartbeat = configuration.heartbeatInterval.map(Self.ticks) ?? .max
        self.writeTimeout = Self.ticks(configuration.writeTimeout)
        self.maximumLifetime = configuration.maximumLifetime.map(Self.ticks)
        let comment = EventStreamEncoder().encode(comment: "")
        self.plainHeartbeat = FrameBatch.Framing.plain.buffer(comment)
        self.chunkedHeartbeat = FrameBatch.Framing.chunked.buffer(comment)
    }

    func heartbeat(_ framing: FrameBatch.Framing) -> ByteBuffer {
        framing == .chunked ? self.chunkedHeartbeat : self.plainHeartbeat
    }

    /// How long a stream that begins now lasts.
    ///
    /// - Parameter limit: How long it may last at most. Rounded down, and the timer's next tick may be close.
    func lifetime(atMost limit: Duration? = nil) -> UInt32? {
        let own = self.maximumLifetime.map { $0 - UInt32.random(in: 0...($0 / 10)) }
        guard let limit else { return own }
        return min(own ?? .max, UInt32(clamping: max(1, limit.components.seconds)))
    }

    private static func ticks(_ duration: Duration) -> UInt32 {
        UInt32(clamping: max(1, duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0)))
    }
}
