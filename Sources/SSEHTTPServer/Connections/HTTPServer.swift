internal import NIOCore
package import NIOHTTP1
internal import NIOPosix
internal import SSEBroker
internal import ServiceLifecycle
package import SSEServer
internal import Synchronization

/// A small server of HTTP/1.1 and HTTP/2, with TLS or without, whose connections and streams can become subscribers of
/// a ``FanOut``.
@available(SwiftSSE 1.0, *)
package final class HTTPServer: Sendable {
    package let configuration: ServerConfiguration
    package let fanOut: FanOut
    let observer: ServerObserver
    let screen: @Sendable (ServerRequest) -> ServerScreening
    let answer: @Sendable (ServerRequest) -> ServerReply
    let fields: @Sendable (HTTPRequestHead) -> HTTPHeaders
    let preflight: @Sendable (HTTPRequestHead, Int) -> ServerResponse?
    let isSubscription: @Sendable (HTTPRequestHead) -> Bool
    /// The words to clients of how long connections are kept, `nil` if that is too short to be told.
    let keepAlive: String?

    let connections: ConnectionCount
    let bodies: BodyBudget
    /// For the bodies of ``ServerScreening/keepQuery(maximumBytes:)``.
    let queries: BodyBudget
    let http2Connections = HTTP2Connections()
    /// None if the configuration is wrong, which ``run(onListening:)`` tells.
    let proxies: TrustedProxies
    /// Set while the server runs with TLS.
    private let certificate = Mutex<TLSCertificate?>(nil)
    private let shutdown = AtomicFlag()
    private let jobs: AsyncStream<@Sendable () async -> Void>
    private let jobsContinuation: AsyncStream<@Sendable () async -> Void>.Continuation

    /// - Parameters:
    ///   - observer: Counts what happens.
    ///   - screen: Tells by the head of a request that has a body what becomes of that, on its event loop.
    ///   - fields: The header fields that every response to a request gets, whoever answers it: also those about too many
    ///     connections, heads and bodies that are too large, and what is too late.
    ///   - preflight: Answers a browser's question what a page may ask for, on connections too many, so that the page gets
    ///     to see their refusal. Gets the listener's place in ``ServerConfiguration/allListeners`` as well.
    ///   - isSubscription: Tells by its head whether a request asks for a stream, so that it can be refused on a place that is
    ///     kept for others before it costs anything.
    ///   - answer: Answers a request, on its event loop.
    package init(
        _ configuration: ServerConfiguration,
        _ fanOut: FanOut,
        observer: ServerObserver = ServerObserver(),
        screen: @escaping @Sendable (ServerRequest) -> ServerScreening = { _ in .keepBody },
        fields: @escaping @Sendable (HTTPRequestHead) -> HTTPHeaders = { _ in [:] },
        preflight: @escaping @Sendable (HTTPRequestHead, Int) -> ServerResponse? = { _, _ in nil },
        isSubscription: @escaping @Sendable (HTTPRequestHead) -> Bool = { _ in false },
        answer: @escaping @Sendable (ServerRequest) -> ServerReply
    ) {
        self.configuration = configuration
        self.fanOut = fanOut
        self.observer = observer
        self.screen = screen
        self.answer = answer
        self.fields = fields
        self.preflight = preflight
        self.isSubscription = isSubscription
        let seconds = min(configuration.keepAliveTimeout.components.seconds, 1_000_000_000) - 1
        self.keepAlive = seconds > 0 ? "timeout=\(seconds)" : nil
        self.bodies = BodyBudget(maximum: configuration.maximumTotalBodyBytes)
        let queryBytes = configuration.maximumTotalBodyBytes / 8
        self.queries = BodyBudget(maximum: queryBytes, maximumWithLarge: queryBytes)
        self.connections = ConnectionCount(
            maximum: configuration.maximumConnections,
            maximumPerAddress: configuration.maximumConnectionsPerAddress,
            kept: ServerConfiguration.keptConnections(beyond: configuration.maximumConnections)
        )
        self.proxies = (try? configuration.makeProxies()) ?? TrustedProxies()
        (self.jobs, self.jobsContinuation) = AsyncStream.makeStream()
    }

    package var connectionCount: Int { self.connections.current }

    /// The number of connections that have one of the places that are kept for those who do not subscribe.
    package var keptConnectionCount: Int { self.connections.kept }

    /// How many connections wait for being refused.
    package var refusedConnectionCount: Int { self.connections.refused }

    var isShuttingDown: Bool { self.shutdown.isSet }

    /// Runs something that has to be waited for.
    ///
    /// - Returns: Whether there is still time for it, which there is not at the end of a shutdown.
    func run(_ job: ServerJob, _ work: @escaping @Sendable () async -> Void) -> Bool {
        if case .terminated = self.jobsContinuation.yield({ await job.run(work) }) { false } else { true }
    }

    /// Serves until the task is cancelled or a graceful shutdown begins, which ends the streams over
    /// ``ServerConfiguration/drainWindow``. Answers that are waited for get as long as the streams do, and are then
    /// cancelled; this ends when they do.
    ///
    /// - Parameter onListening: Is called with the port when connections are accepted; of several listeners, with the
    ///   first port that there is.
    /// - Throws: ``ServerConfigurationError``; ``ServerListeningError``.
    package func run(onListening: @Sendable (Int) -> Void = { _ in }) async throws {
        try await self.serve { listeners in onListening(listeners.lazy.compactMap(\.port).first ?? 0) }
    }

    /// The same as ``run(onListening:)``, for those who want to know of all listeners.
    ///
    /// - Parameter onListening: Is called when connections are accepted.
    package func serve(onListening: @Sendable ([BoundListener]) -> Void) async throws {
        let certificate = try self.prepare()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: self.configuration.loops)
        do {
            let deadlines = DeadlineLists()
            let listeners = try await self.listen { self.bootstrap(group, $0, deadlines, certificate) }
            onListening(listeners.bound)
            await withTaskGroup { tasks in
                tasks.addTask { await self.runJobs() }
                await self.waitForShutdown()
                _ = self.shutdown.set()
                let deadline = ContinuousClock.now + self.configuration.shutdownTimeout.asTimeout
                await listeners.close()
                let http2 = self.http2Connections.end(within: TimeAmount(self.configuration.shutdownTimeout))
                await self.fanOut.drain(
                    over: self.configuration.drainWindow,
                    retry: self.configuration.drainRetry,
                    timeout: self.configuration.shutdownTimeout
                )
                // Whichever comes first: the end of the last job, or of the time.
                self.finishJobs()
                tasks.addTask { try? await Task.sleep(until: deadline) }
                await tasks.next()
                tasks.cancelAll()
                // Their streams are over, or soon will be; they say so to their clients, and close by the same
                // deadline.
                for connection in http2 { try? await connection.get() }
            }
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    /// Reads what the configuration names.
    private func prepare() throws(ServerConfigurationError) -> TLSCertificate? {
        _ = try self.configuration.makeProxies()
        guard let tls = self.configuration.tls else { return nil }
        let certificate = try TLSCertificate(tls, self.configuration.protocols)
        self.certificate.withLock { $0 = certificate }
        return certificate
    }

    /// Reads the certificate and its key again, for connections that come from now on. Those that there are go on.
    ///
    /// Reads files, so not on an event loop. Does nothing if the server does not run with TLS.
    ///
    /// - Throws: ``ServerConfigurationError``; then the old certificate remains in use.
    package func reloadCertificate() throws(ServerConfigurationError) {
        try self.certificate.withLock { $0 }?.reload()
    }

    /// Does the work that answers wait for, until the task is cancelled, or all of it is done after ``finishJobs()``.
    func runJobs() async {
        await withDiscardingTaskGroup { group in
            for await job in self.jobs { group.addTask { await job() } }
        }
    }

    /// Takes no more work that has to be waited for.
    func finishJobs() { self.jobsContinuation.finish() }

    private func waitForShutdown() async {
        let (never, continuation) = AsyncStream<Never>.makeStream()
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                for await _ in never {}
            } onGracefulShutdown: {
                continuation.finish()
            }
        } onCancel: {
            continuation.finish()
        }
    }

    private func bootstrap(
        _ group: MultiThreadedEventLoopGroup,
        _ listener: ListenerTraits,
        _ deadlines: DeadlineLists,
        _ certificate: TLSCertificate?
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPauseHandler())
                }
            }
            .serverChannelOption(.backlog, value: SystemSocket.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // What one read brings is parsed as a whole, so this bounds the requests that wait for their turn.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try self.setUp(channel, listener, deadlines.list(on: channel.eventLoop), certificate)
                }
            }
    }
}
