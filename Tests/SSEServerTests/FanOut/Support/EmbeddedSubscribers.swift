internal import CoreMetrics
internal import NIOCore
internal import NIOEmbedded
internal import SSEBroker
internal import ServerSentEvents

@testable internal import SSEServer

/// A fan-out on an event loop that is moved by hand, with channels that are no sockets.
@available(SwiftSSE 1.0, *)
final class EmbeddedSubscribers {
    let broker: Broker
    let fanOut: FanOut
    let eventLoop = EmbeddedEventLoop()
    /// Why streams are over, in the order in which they ended.
    private(set) var ends: [StreamEndReason] = []

    init(
        _ brokerConfiguration: BrokerConfiguration = .defaults,
        _ configuration: FanOutConfiguration = .defaults,
        clock: some Clock<Duration> = ContinuousClock(),
        metrics: any MetricsFactory = NOOPMetricsHandler.instance
    ) {
        self.broker = Broker(configuration: brokerConfiguration, clock: clock)
        self.fanOut = FanOut(self.broker, configuration: configuration, metrics: metrics)
    }

    /// Lets a client in.
    func subscribe(
        to selection: TopicSelection = .all,
        from point: ResumePoint = .latest,
        details: EventDetails = .none,
        at place: StreamPlace = .http1(isChunked: false, isNextToSocket: false)
    ) throws -> (EmbeddedChannel, ServedStream) {
        let channel = EmbeddedChannel(handlers: [], loop: self.eventLoop)
        // Nobody accepts a connection here, but it has to be active.
        channel.connect(to: try SocketAddress(unixDomainSocketPath: "/client"), promise: nil)
        let admission = try self.fanOut.admit(selection, from: point, details: details)
        let stream = try self.fanOut.attach(channel, admission, at: place) { self.ends.append($1) }
        return (channel, stream)
    }

    /// Publishes an event, which nobody gets before the event loop is moved.
    func publish(_ data: String, to topics: Topic...) throws {
        _ = try self.broker.publishImmediately(Publication(ServerSentEvent(data: data), topics: topics))
    }

    /// Moves the event loop until it has done what is due.
    func run() { self.eventLoop.advanceTime(by: .milliseconds(5)) }
}

@available(SwiftSSE 1.0, *)
extension ServedStream {
    /// The subscriber's machine, `nil` when the stream is over.
    var machine: SubscriberMachine? { self.shard.value.streams[self.id].map { self.shard.value.slots[$0].machine } }
}

@available(SwiftSSE 1.0, *)
extension EmbeddedChannel {
    /// The data of the events that have been written.
    func takeData() throws -> [String] {
        var bytes: [UInt8] = []
        while let next = try self.readOutbound(as: ByteBuffer.self) { bytes += next.readableBytesView }
        var parser = EventStreamParser()
        return try parser.parse(bytes).compactMap { item in
            if case .event(let event) = item { event.data } else { nil }
        }
    }
}
