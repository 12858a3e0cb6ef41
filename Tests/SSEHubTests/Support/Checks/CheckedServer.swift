import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import ServerSentEvents
import Synchronization

@testable import SSEBroker
@testable import SSEHub
@testable import SSEHTTPServer
@testable import SSEServer

/// What came out in another way than it must.
package struct ServerMismatch: Error, CustomStringConvertible {
    package let description: String
}

/// A hub's server with one connection, on an event loop that is moved by hand, as are the tasks for which answers wait.
@available(SwiftSSE 1.0, *)
final class CheckedServer {
    /// What the subscribers of the seeds ask for.
    private static let topic: Topic = "t"

    let socket: SocketModel
    private(set) var isOver = false
    private let settings: CheckSettings
    private let eventLoop = EmbeddedEventLoop()
    private let executor = StepExecutor()
    private let server: HTTPServer
    private let registry: SubscriptionRegistry?
    private let requests = RequestLog()
    private let deadlines: DeadlineList
    private let channel: EmbeddedChannel
    private let jobs: Task<Void, Never>
    private let company: Task<Void, Never>
    private let haveJobsEnded = AtomicFlag()

    init(_ settings: CheckSettings) throws {
        let configuration = try HubConfiguration(settings)
        let logger = Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }
        let access = HubAccess(configuration.publishPolicy, configuration.subscribePolicy, logger)
        let broker = Broker(configuration: configuration.broker)
        let fanOut = FanOut(broker, configuration: configuration.fanOut)
        let counts = HubMetrics(configuration.metricsFactory)
        let registry =
            configuration.tellsSubscriptions
            ? SubscriptionRegistry(broker, dropped: counts.droppedSubscriptionEvents, logger) : nil
        let endpoint = HubEndpoint(configuration, fanOut, access, registry, counts, HubLog(logger))
        let requests = self.requests
        let server = HTTPServer(
            ServerConfiguration(configuration, settings),
            fanOut,
            observer: ServerObserver(onAccess: { requests.append($0) }),
            screen: { endpoint.screen($0) },
            fields: { endpoint.fields(for: $0) },
            preflight: { endpoint.preflight($0, listener: $1) },
            isSubscription: { endpoint.isSubscription($0) },
            answer: { endpoint.answer($0) }
        )
        self.settings = settings
        self.server = server
        self.registry = registry
        self.deadlines = DeadlineList(self.eventLoop)
        self.socket = SocketModel(isStuck: settings.isStuck)
        self.channel = EmbeddedChannel(handlers: [self.socket], loop: self.eventLoop)
        // The bridge from here, where nothing is awaited, to what is: both end in `finish()`.
        let haveEnded = self.haveJobsEnded
        self.jobs = Task(executorPreference: self.executor) {
            await server.runJobs()
            _ = haveEnded.set()
        }
        self.company = Task(executorPreference: self.executor) { await registry?.run() }

        let address = try SocketAddress(ipAddress: settings.isProxy ? "10.0.0.1" : "192.0.2.1", port: 1)
        self.channel.remoteAddress = address
        let listener = ListenerTraits(index: 0, isUnix: false, readsProxyHeader: false)
        try server.setUp(self.channel, listener, self.deadlines, nil)
        self.channel.connect(to: address, promise: nil)
        if self.channel.isActive { self.channel.pipeline.syncOperations.read() }
        try self.settle()
    }

    // MARK: The client

    /// The client sends bytes, which may be in pieces.
    func send(_ bytes: [UInt8]) throws {
        for piece in self.settings.pieces(of: bytes) {
            guard try self.waitForRead() else { return }
            let pipeline = self.channel.pipeline.syncOperations
            self.socket.isReadWanted = false
            pipeline.fireChannelRead(NIOAny(ByteBuffer(bytes: piece)))
            pipeline.fireChannelReadComplete()
            if self.channel.isActive { pipeline.read() }
            try self.settle()
            if self.settings.publishes { try self.publish() }
            try self.advance(by: self.settings.pause)
        }
    }

    func advance(by time: TimeAmount) throws {
        self.eventLoop.advanceTime(by: time)
        try self.settle()
    }

    /// The client is done, and time goes by.
    func finish() throws {
        try self.endInput()
        for second in 0... {
            guard self.channel.isActive else { break }
            try self.require(second < 60, "the connection stays open")
            try self.advance(by: .seconds(1))
        }
        // Timers find out that there is nothing left for them.
        try self.advance(by: .seconds(5))
        try self.checkNothingIsLeft()
        self.company.cancel()
        self.server.finishJobs()
        try self.settle()
        try self.require(self.haveJobsEnded.isSet, "there is work that does not end")
        self.isOver = true
    }

    private func endInput() throws {
        guard self.settings.ending != .none, try self.waitForRead() else { return }
        if self.settings.ending != .whole { self.socket.closeInput(of: self.channel) }
        try self.settle()
        if self.settings.ending == .halfThenWhole { try self.advance(by: .seconds(1)) }
        if self.settings.ending != .half { self.channel.close(promise: nil) }
        try self.settle()
    }

    private func publish() throws {
        let publication = Publication(ServerSentEvent(data: "an event"), topics: [Self.topic])
        _ = try self.server.fanOut.broker.publishImmediately(publication)
    }

    /// Waits until the server reads.
    ///
    /// - Returns: A Boolean value that indicates whether it does; otherwise it has closed the connection.
    private func waitForRead() throws -> Bool {
        for second in 0... {
            guard self.channel.isActive else { return false }
            if self.socket.isReadWanted { return true }
            try self.require(second < 60, "nothing is read, and the connection stays open")
            try self.advance(by: .seconds(1))
        }
        return false
    }

    // MARK: The server

    /// Lets the event loop and the tasks do what they can do now.
    private func settle() throws {
        for _ in 0..<10_000 {
            self.eventLoop.run()
            if self.executor.run() == 0 { return }
        }
        throw ServerMismatch(description: "the server does not come to rest")
    }

    private func checkNothingIsLeft() throws {
        let broker = self.server.fanOut.broker
        try self.require(self.server.connectionCount == 0, "a connection is counted")
        try self.require(self.server.keptConnectionCount == 0, "a kept place is counted")
        try self.require(self.server.refusedConnectionCount == 0, "a refused connection is counted")
        try self.require(self.server.http2Connections.count == 0, "a connection of HTTP/2 is there")
        try self.require(self.server.bodies.current == 0, "\(self.server.bodies.current) bytes of bodies are held")
        try self.require(self.server.queries.current == 0, "\(self.server.queries.current) bytes of queries are held")
        try self.require(broker.subscriptionCount == 0, "a subscription is there")
        try self.require(self.server.fanOut.places.current == 0, "a place is taken")
        try self.require(self.registry?.all().subscriptions.isEmpty ?? true, "a subscription is told of")
        try self.require(self.deadlines.count == 0, "a deadline is there")
    }

    /// The methods of the requests that have been answered, in their order.
    var methods: [HTTPMethod] { self.requests.records.map(\.head.method) }

    /// A Boolean value that indicates whether all that was written has to be there as a whole: there was no stream,
    /// which may be cut, the client has read, and has left the server the time to write.
    var isOutputWhole: Bool {
        !self.settings.isStuck && [.none, .half].contains(self.settings.ending)
            && self.requests.records.allSatisfy { $0.streamEnd == nil }
    }

    /// Closes what a check that has failed leaves behind, which would stop the process otherwise.
    func tearDown() {
        guard !self.isOver else { return }
        self.jobs.cancel()
        self.company.cancel()
        if self.channel.isActive { self.channel.close(promise: nil) }
        try? self.settle()
        try? self.eventLoop.syncShutdownGracefully()
    }

    private func require(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
        if !condition { throw ServerMismatch(description: otherwise()) }
    }
}

/// What has been answered.
@available(SwiftSSE 1.0, *)
private final class RequestLog: Sendable {
    private let list = Mutex<[AccessRecord]>([])

    var records: [AccessRecord] { self.list.withLock { $0 } }

    func append(_ record: AccessRecord) { self.list.withLock { $0.append(record) } }
}
