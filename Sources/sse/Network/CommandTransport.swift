import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
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

@available(SwiftSSE 1.0, *)
extension CommandFailure {
    /// Says in one line why there is no connection to a hub.
    init(connectingTo url: HubURL, _ error: any Error) {
        switch error {
        case let error as CommandFailure:
            self = error
        case let error as NIOConnectionError:
            guard let cause = error.connectionErrors.first?.error else {
                self.init("The host \(url.host.printable) is not known; check the URL.")
                return
            }
            self.init(connectingTo: url, cause)
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            self.init("Nobody listens at \(url.origin); start a hub with sse serve, or check the URL.")
        case let error as IOError where error.errnoCode == EMFILE:
            self.init("Too many files are open; raise the limit with ulimit -n.")
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
            self.init("This machine has no port left for one more connection to \(url.origin); use fewer.")
        case let error as IOError:
            self.init("No connection to \(url.origin): \(String(cString: strerror(error.errnoCode))).")
        case ChannelError.connectTimeout(let time):
            self.init("\(url.origin) has not taken the connection within \(time.nanoseconds / 1_000_000_000) seconds.")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            let reason = "\(error)".printable
            if reason.contains("CERTIFICATE_VERIFY_FAILED") {
                self.init(
                    "The certificate of \(url.origin) is not trusted; --cacert names a file of authorities to trust."
                )
            } else if reason.contains("WRONG_VERSION_NUMBER") {
                self.init("There is no TLS at \(url.origin); try http instead of https.")
            } else if reason.contains("failedToValidateHostname") {
                self.init("The certificate of \(url.origin) is for another name; check the URL.")
            } else {
                self.init("No secure connection to \(url.origin): \(reason.prefix(200)).")
            }
        default:
            self.init("No connection to \(url.origin): \(String(describing: error).printable.prefix(200)).")
        }
    }
}
