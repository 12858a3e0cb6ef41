internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle
internal import Synchronization

/// A small server of HTTP/1.1 and HTTP/2, with TLS or without, whose connections and streams can become subscribers of a
/// ``FanOut``.
@available(SwiftSSE 1.0, *)
package final class HTTPServer: Sendable {
    package let configuration: ServerConfiguration
    package let fanOut: FanOut
    let observer: ServerObserver
    let answer: @Sendable (ServerRequest) -> ServerReply

    let connections: ConnectionCount
    let http2Connections = HTTP2Connections()
    /// None if the configuration is wrong, which ``run(onListening:)`` tells.
    let proxies: TrustedProxies
    /// Set while the server runs with TLS.
    private let certificate = Mutex<TLSCertificate?>(nil)
    private let shutdown = Flag()
    private let jobs: AsyncStream<@Sendable () async -> Void>
    private let jobsContinuation: AsyncStream<@Sendable () async -> Void>.Continuation

    /// - Parameters:
    ///   - observer: Counts what happens.
    ///   - answer: Answers a request, on its event loop.
    package init(
        _ configuration: ServerConfiguration,
        _ fanOut: FanOut,
        observer: ServerObserver = ServerObserver(),
        answer: @escaping @Sendable (ServerRequest) -> ServerReply
    ) {
        self.configuration = configuration
        self.fanOut = fanOut
        self.observer = observer
        self.answer = answer
        self.connections = ConnectionCount(
            maximum: configuration.maximumConnections,
            maximumPerAddress: configuration.maximumConnectionsPerAddress
        )
        self.proxies = (try? TrustedProxies(configuration.trustedProxies)) ?? TrustedProxies()
        (self.jobs, self.jobsContinuation) = AsyncStream.makeStream()
    }

    package var connectionCount: Int { self.connections.current }

    /// How many connections wait for being refused.
    package var refusedConnectionCount: Int { self.connections.refused }

    var isShuttingDown: Bool { self.shutdown.isSet }

    /// Runs something that has to be waited for.
    ///
    /// - Returns: Whether there is still time for it, which there is not at the end of a shutdown.
    func run(_ job: @escaping @Sendable () async -> Void) -> Bool {
        if case .terminated = self.jobsContinuation.yield(job) { false } else { true }
    }

    /// Serves until the task is cancelled or a graceful shutdown begins, which ends the streams over
    /// ``ServerConfiguration/drainWindow``. Answers that are waited for get as long as the streams do, and are then
    /// cancelled; this ends when they do.
    ///
    /// - Parameter onListening: Is called with the port when connections are accepted.
    /// - Throws: ``ServerConfigurationError``; `IOError` if the address cannot be listened on.
    package func run(onListening: @Sendable (Int) -> Void = { _ in }) async throws {
        let certificate = try self.prepare()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: self.configuration.loops)
        do {
            let listener = try await self.bootstrap(group, certificate)
                .bind(host: self.configuration.host, port: self.configuration.port).get()
            onListening(listener.localAddress?.port ?? 0)
            await withTaskGroup { tasks in
                tasks.addTask { await self.runJobs() }
                await self.waitForShutdown()
                _ = self.shutdown.set()
                let deadline = ContinuousClock.now + self.configuration.shutdownTimeout
                try? await listener.close()
                let http2 = self.http2Connections.end(within: TimeAmount(self.configuration.shutdownTimeout))
                await self.fanOut.drain(
                    over: self.configuration.drainWindow,
                    retry: self.configuration.drainRetry,
                    timeout: self.configuration.shutdownTimeout
                )
                // Whichever comes first: the end of the last job, or of the time.
                self.jobsContinuation.finish()
                tasks.addTask { try? await Task.sleep(until: deadline) }
                await tasks.next()
                tasks.cancelAll()
                // Their streams are over, or soon will be; they say so to their clients, and close by the same deadline.
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
        _ = try TrustedProxies(self.configuration.trustedProxies)
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

    private func runJobs() async {
        await withDiscardingTaskGroup { group in
            for await job in self.jobs { group.addTask { await job() } }
        }
    }

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

    private func bootstrap(_ group: MultiThreadedEventLoopGroup, _ certificate: TLSCertificate?) -> ServerBootstrap {
        let deadlines = DeadlineLists()
        return ServerBootstrap(group: group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPauseHandler())
                }
            }
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // What one read brings is parsed as a whole, so this bounds the requests that wait for their turn.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try self.setUp(channel, deadlines.list(on: channel.eventLoop), certificate)
                }
            }
    }
}
