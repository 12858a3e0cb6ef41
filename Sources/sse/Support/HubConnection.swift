import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections to a hub.
struct HubConnection: Sendable {
    let url: HubURL
    private let tls: NIOSSLContext?

    /// - Parameters:
    ///   - url: The hub.
    ///   - authorities: A file with the certificates to trust instead of the system's.
    init(to url: HubURL, authorities: String? = nil) throws {
        self.url = url
        guard url.isSecure else {
            self.tls = nil
            return
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities { configuration.trustRoots = .file(authorities) }
        do {
            self.tls = try NIOSSLContext(configuration: configuration)
        } catch {
            throw CommandFailure("No certificates can be read from '\(authorities ?? "")'; check --cacert.")
        }
    }

    /// Opens a connection.
    ///
    /// - Parameters:
    ///   - group: Where the connection is served.
    ///   - address: The address of the hub; without it the host is looked up.
    ///   - initializer: Puts handlers into the pipeline, past those for TLS.
    func open<Output: Sendable>(
        on group: any EventLoopGroup,
        address: SocketAddress? = nil,
        _ initializer: @escaping @Sendable (any Channel) throws -> Output
    ) -> EventLoopFuture<Output> {
        let (url, tls) = (self.url, self.tls)
        let promise = group.next().makePromise(of: Output.self)
        let bootstrap = ClientBootstrap(group: promise.futureResult.eventLoop)
            .connectTimeout(.seconds(10))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        // An address is no name of a server.
                        let isAddress = (try? SocketAddress(ipAddress: url.host, port: 0)) != nil
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : url.host)
                        )
                    }
                }
            }
        let channel = address.map { bootstrap.connect(to: $0) } ?? bootstrap.connect(host: url.host, port: url.port)
        channel.flatMapThrowing { try initializer($0) }.cascade(to: promise)
        return promise.futureResult
    }
}
