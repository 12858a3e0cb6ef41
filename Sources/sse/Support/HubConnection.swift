import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections to a hub.
struct HubConnection: Sendable {
    let url: HubURL
    private let tls: NIOSSLContext?
    private let tunnel: ProxyTunnel?

    /// - Parameters:
    ///   - url: The hub.
    ///   - network: How to reach it.
    init(to url: HubURL, _ network: NetworkOptions) throws {
        self.url = url
        self.tunnel = try network.proxyRules().proxy(isSecure: url.isSecure, host: url.host, port: url.port)
            .map { ProxyTunnel(proxy: $0, host: url.host, port: url.port) }
        let configuration = try network.tlsConfiguration()
        self.tls =
            url.isSecure ? try NIOSSLContext(configuration: configuration ?? .makeClientConfiguration()) : nil
    }

    /// Opens a connection.
    ///
    /// - Parameters:
    ///   - group: Where the connection is served.
    ///   - address: The address of the hub, or of the proxy on the way; without it the host is looked up.
    ///   - initializer: Puts handlers into the pipeline, past those for TLS.
    func open<Output: Sendable>(
        on group: any EventLoopGroup,
        address: SocketAddress? = nil,
        _ initializer: @escaping @Sendable (any Channel) throws -> Output
    ) -> EventLoopFuture<Output> {
        let (url, tls, tunnel) = (self.url, self.tls, self.tunnel)
        let addTLS: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
            channel.eventLoop.submit {
                guard let tls else { return }
                // An address is no name of a server.
                let isAddress = (try? SocketAddress(ipAddress: url.host, port: 0)) != nil
                try channel.pipeline.syncOperations.addHandler(
                    NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : url.host)
                )
            }
        }
        let promise = group.next().makePromise(of: Output.self)
        let bootstrap = ClientBootstrap(group: promise.futureResult.eventLoop)
            .connectTimeout(.seconds(10))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                tunnel == nil ? addTLS(channel) : channel.eventLoop.makeSucceededVoidFuture()
            }
        let (host, port) = tunnel.map { ($0.proxy.host, $0.proxy.port) } ?? (url.host, url.port)
        let connection = address.map { bootstrap.connect(to: $0) } ?? bootstrap.connect(host: host, port: port)
        connection.flatMap { channel in
            guard let tunnel else { return channel.eventLoop.makeSucceededFuture(channel) }
            return tunnel.open(on: channel).flatMap { addTLS(channel) }
                .flatMapErrorThrowing { error in
                    channel.close(promise: nil)
                    throw CommandFailure(tunnel, error)
                }
                .map { channel }
        }
        .flatMapThrowing { try initializer($0) }
        .flatMapErrorThrowing { error in
            // Who is not found is the proxy, and not the hub.
            guard let tunnel, error is NIOConnectionError || error is IOError else { throw error }
            throw CommandFailure(tunnel, error)
        }
        .cascade(to: promise)
        return promise.futureResult
    }
}
