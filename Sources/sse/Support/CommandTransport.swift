import AsyncHTTPClient
import NIOCore
import NIOSSL
import SSEClient
import Synchronization

/// Carries requests as the network options say, each through the proxy that is for its server, also after a redirect.
@available(SwiftSSE 1.0, *)
final class CommandTransport: EventStreamTransport {
    private let rules: ProxyRules
    private let tls: TLSConfiguration?
    private let connectTimeout: Duration?
    private let clients = Mutex<[ProxyServer?: HTTPClient]>([:])

    /// The transports of this process. They end with it: shutting one down waits for a connection that is being made, and
    /// with it whoever has pressed Ctrl-C.
    private static let all = Mutex<[CommandTransport]>([])

    private init(_ options: NetworkOptions, connectTimeout: Duration?) throws {
        self.rules = try options.proxyRules()
        self.tls = try options.tlsConfiguration()
        self.connectTimeout = connectTimeout
    }

    /// Makes a client for the time of a closure.
    ///
    /// - Parameter connectTimeout: How long it may take until a server can be asked, `nil` for ten seconds.
    static func withClient<Result>(
        _ options: NetworkOptions,
        connectTimeout: Duration? = nil,
        _ body: (EventStreamClient) async throws -> Result
    ) async throws -> Result {
        let transport = try CommandTransport(options, connectTimeout: connectTimeout)
        Self.all.withLock { $0.append(transport) }
        return try await body(EventStreamClient(transport: transport))
    }

    func begin(_ request: EventStreamRequest, idleTimeout: Duration?) throws -> any EventStreamExchange {
        let proxy = self.rules.proxy(for: request.url)
        let client = self.clients.withLock { clients in
            if let client = clients[proxy] { return client }
            let client = self.makeClient(proxy)
            clients[proxy] = client
            return client
        }
        let exchange = try AsyncHTTPClientTransport(client).begin(request, idleTimeout: idleTimeout)
        return proxy.map { ProxiedExchange(exchange, $0) } ?? exchange
    }

    private func makeClient(_ proxy: ProxyServer?) -> HTTPClient {
        var configuration = HTTPClient.Configuration.eventStreams(tlsConfiguration: self.tls)
        // An attempt that nobody waits for any more would be in the way of the next one.
        if let connectTimeout { configuration.timeout.connect = TimeAmount(min(connectTimeout, .seconds(86_400))) }
        configuration.proxy = proxy.map { proxy in
            switch (proxy.kind, proxy.user) {
            case (.socks, _): .socksServer(host: proxy.host, port: proxy.port)
            case (.http, nil): .server(host: proxy.host, port: proxy.port)
            case (.http, let user?):
                .server(
                    host: proxy.host,
                    port: proxy.port,
                    authorization: .basic(username: user, password: proxy.password ?? "")
                )
            }
        }
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }
}
