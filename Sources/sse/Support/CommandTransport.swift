import AsyncHTTPClient
import NIOSSL
import SSEClient
import Synchronization

/// Carries requests as the network options say, each through the proxy that is for its server, also after a redirect.
@available(SwiftSSE 1.0, *)
final class CommandTransport: EventStreamTransport {
    private let rules: ProxyRules
    private let tls: TLSConfiguration?
    private let clients = Mutex<[ProxyServer?: HTTPClient]>([:])

    private init(_ options: NetworkOptions) throws {
        self.rules = try options.proxyRules()
        self.tls = try options.tlsConfiguration()
    }

    /// Makes a client for the time of a closure.
    static func withClient<Result>(
        _ options: NetworkOptions,
        _ body: (EventStreamClient) async throws -> Result
    ) async throws -> Result {
        let transport = try CommandTransport(options)
        do {
            let result = try await body(EventStreamClient(transport: transport))
            await transport.shutDown()
            return result
        } catch {
            await transport.shutDown()
            throw error
        }
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

    private func shutDown() async {
        let clients = self.clients.withLock { clients in
            defer { clients = [:] }
            return clients.values.map { $0 }
        }
        // A stream that is only now being closed makes it say so.
        for client in clients { try? await client.shutdown() }
    }
}
