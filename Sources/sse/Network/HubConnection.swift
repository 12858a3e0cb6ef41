import Foundation
import NIOCore
import NIOHTTP1
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

/// Makes the requests that publish to a hub.
struct HubRequest: Sendable {
    let url: HubURL
    private let authorization: String?

    /// - Parameters:
    ///   - url: The hub.
    ///   - token: What `--token` says; without it the environment is asked.
    ///   - network: Who is asking, if it is not the holder of a token.
    init(url: HubURL, token: String?, _ network: NetworkOptions) throws {
        self.url = url
        if let authorization = network.authorization {
            guard token == nil else { throw CommandFailure("--token and -u exclude each other.") }
            self.authorization = authorization
            return
        }
        let token = (token ?? Environment.value("SSE_TOKEN"))?.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let token, !token.isEmpty else {
            self.authorization = nil
            return
        }
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandFailure("The token holds characters that no header can carry; check --token or SSE_TOKEN.")
        }
        self.authorization = "Bearer \(token)"
    }

    /// The fields of every request.
    var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["Host": self.url.authority, "User-Agent": "sse"]
        if let authorization { headers.add(name: "Authorization", value: authorization) }
        return headers
    }

    /// A request that publishes.
    func publishing(_ form: ByteBuffer) -> [HTTPClientRequestPart] {
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: self.url.target, headers: self.headers)
        head.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        head.headers.add(name: "Content-Length", value: "\(form.readableBytes)")
        return [.head(head), .body(.byteBuffer(form)), .end(nil)]
    }
}

/// Where a hub is.
struct HubURL: Sendable {
    /// Where hubs are by the Mercure protocol.
    static let wellKnownPath = "/.well-known/mercure"

    let isSecure: Bool
    let host: String
    let port: Int
    /// The path and the query, as a request names them.
    let target: String

    /// Reads a URL; one without a path names the hub at the place where hubs are.
    init(_ text: String) throws {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty
        else {
            throw CommandFailure("'\(text.printable)' is no URL of a hub; write it as http://localhost:8888.")
        }
        guard url.user == nil, url.password == nil else {
            throw CommandFailure("A hub's URL holds no password; give a token with --token or SSE_TOKEN.")
        }
        self.isSecure = scheme == "https"
        // Foundation leaves the brackets of IPv6 addresses where they are.
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = url.port ?? (self.isSecure ? 443 : 80)
        let path = url.percentEncodedPath
        self.target =
            (path.isEmpty || path == "/" ? Self.wellKnownPath : path)
            + (url.percentEncodedQuery.map { "?\($0)" } ?? "")
    }

    /// The value of the field `Host`.
    var authority: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port == (self.isSecure ? 443 : 80) ? host : "\(host):\(self.port)"
    }

    var origin: String { "\(self.isSecure ? "https" : "http")://\(self.authority)" }
}
