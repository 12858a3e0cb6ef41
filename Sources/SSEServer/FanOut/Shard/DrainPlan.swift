internal import NIOCore
internal import ServerSentEvents

/// How a shard ends its streams.
@available(SwiftSSE 1.0, *)
struct DrainPlan: Sendable {
    /// In how many steps the streams end.
    static let steps = 10

    /// The time between two steps.
    let step: TimeAmount
    /// The times after which clients are asked to come back, one of which is picked for each; `nil` to say nothing.
    let retry: ClosedRange<Duration>?

    /// - Parameter window: The time over which streams end.
    init(window: Duration, retry: ClosedRange<Duration>?) {
        self.step = .nanoseconds(TimeAmount(window).nanoseconds / Int64(Self.steps))
        self.retry = retry
    }

    /// How many streams end in a step.
    func share(of count: Int) -> Int { (count + Self.steps - 1) / Self.steps }

    /// What a client is told before its stream ends.
    func lastBytes(_ framing: FrameBatch.Framing) -> ByteBuffer {
        guard let retry else { return ByteBuffer() }
        let span = retry.upperBound - retry.lowerBound
        let delay = retry.lowerBound + span * Double.random(in: 0...1)
        guard let time = try? ServerSentEvent.ReconnectionTime(delay) else { return ByteBuffer() }
        return framing.buffer(EventStreamEncoder().encode(retry: time))
    }
}
