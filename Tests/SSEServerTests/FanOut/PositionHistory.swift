internal import NIOCore
internal import NIOEmbedded
internal import NIOHTTP1
internal import ServerSentEvents

@testable internal import SSEBroker
@testable internal import SSEServer

/// A broker with few events, a client of the topic `quiet`, and what the client makes of what it gets.
@available(SwiftSSE 1.0, *)
final class PositionHistory {
    let subscribers: EmbeddedSubscribers
    private let place: StreamPlace
    private let selection: TopicSelection
    private var channel: EmbeddedChannel
    private(set) var stream: ServedStream
    private var parser = EventStreamParser()
    /// Data, gaps, and ids that came by themselves, as `id N` with the position's number.
    private(set) var log: [String] = []
    private(set) var lastEventID: String?

    init(
        kept: Int = 5,
        heartbeat: Duration? = .seconds(15),
        lifetime: Duration? = nil,
        tellsPositions: Bool = true,
        resumePolicy: ResumePolicy = .startLive,
        overrunPolicy: OverrunPolicy = .gap,
        age: Duration? = nil,
        clock: some Clock<Duration> = ContinuousClock(),
        isHTTP2: Bool = false,
        selection: TopicSelection = TopicSelection("quiet"),
        from lastEventID: String? = nil,
        before: (EmbeddedSubscribers) throws -> Void = { _ in }
    ) throws {
        var broker = BrokerConfiguration.defaults
        broker.retention.events = kept
        broker.retention.age = age
        broker.resumePolicy = resumePolicy
        broker.overrunPolicy = overrunPolicy
        var fanOut = FanOutConfiguration.defaults
        fanOut.heartbeatInterval = heartbeat
        fanOut.maximumLifetime = lifetime
        fanOut.tellsPositions = tellsPositions
        self.subscribers = EmbeddedSubscribers(broker, fanOut, clock: clock)
        try before(self.subscribers)
        self.place =
            isHTTP2 ? .behind(.httpServerResponsePart) : .http1(isChunked: false, isNextToSocket: false)
        self.selection = selection
        self.lastEventID = lastEventID
        let point = ResumePoint(lastEventID: lastEventID)
        (self.channel, self.stream) = try self.subscribers.subscribe(to: selection, from: point, at: self.place)
        try self.read()
    }

    func publish(_ data: String, id: ServerSentEvent.EventID? = nil, isPrivate: Bool = false) throws {
        let event = ServerSentEvent(data: data, id: id)
        let publication = Publication(event, topics: ["quiet"], isPrivate: isPrivate)
        _ = try self.subscribers.broker.publishImmediately(publication)
        try self.read()
    }

    /// Publishes several events before the event loop is moved.
    func publishAtOnce(_ count: Int, to topic: Topic = "quiet") throws {
        for number in 0..<count { try self.subscribers.publish("\(number)", to: topic) }
        try self.read()
    }

    func publishForOthers(_ count: Int) throws {
        for number in 0..<count {
            try self.subscribers.publish("other \(number)", to: "noisy")
            try self.read()
        }
    }

    func pass(_ seconds: Int64) throws {
        for _ in 0..<seconds { self.subscribers.eventLoop.advanceTime(by: .seconds(1)) }
        try self.read()
    }

    var isOver: Bool { self.stream.machine == nil }

    /// Comes back with the last event ID, or with another one.
    ///
    /// - Returns: How that began.
    @discardableResult
    func comeBack(with id: String? = nil) throws -> ResumeOutcome {
        if !self.isOver { try self.leave() }
        self.lastEventID = id ?? self.lastEventID
        let point = ResumePoint(lastEventID: self.lastEventID)
        let admission = try self.subscribers.fanOut.admit(self.selection, from: point)
        let outcome = admission.outcome
        self.channel = EmbeddedChannel(handlers: [], loop: self.subscribers.eventLoop)
        self.channel.connect(to: try SocketAddress(unixDomainSocketPath: "/client"), promise: nil)
        self.stream = try self.subscribers.fanOut.attach(self.channel, admission, at: self.place)
        self.parser = EventStreamParser()
        try self.read()
        return outcome
    }

    func read() throws {
        self.subscribers.run()
        while let bytes = try self.readBytes() {
            for item in try self.parser.parse(bytes.readableBytesView) {
                switch item {
                case .event(let event):
                    self.log.append(event.type.rawValue == "gap" ? "gap \(event.data)" : event.data)
                    if let id = event.id?.rawValue { self.lastEventID = id }
                case .lastEventID(let id):
                    self.log.append("id \(EventPosition(wireID: id.rawValue)?.sequence ?? 0)")
                    self.lastEventID = id.rawValue
                default: break
                }
            }
        }
    }

    private func readBytes() throws -> ByteBuffer? {
        guard case .parts = self.place.outlet else { return try self.channel.readOutbound(as: ByteBuffer.self) }
        guard let part = try self.channel.readOutbound(as: HTTPServerResponsePart.self) else { return nil }
        if case .body(.byteBuffer(let bytes)) = part { return bytes }
        return ByteBuffer()
    }

    func leave() throws { _ = try self.channel.finish() }
}
