import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import NIOSOCKS
import SSEClient

/// Leads a connection to a proxy on to a server.
struct ProxyTunnel: Sendable {
    let proxy: ProxyServer
    let host: String
    let port: Int

    /// Asks the proxy, on a connection to it; what is added to the pipeline after that talks to the server.
    func open(on channel: any Channel) -> EventLoopFuture<Void> {
        switch self.proxy.kind {
        case .http: self.openByConnect(channel)
        case .socks: self.openBySOCKS(channel)
        }
    }

    private func openByConnect(_ channel: any Channel) -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        return channel.eventLoop.submit {
            var headers: HTTPHeaders = ["Host": self.authority]
            if let authorization = self.proxy.authorization {
                headers.add(name: "Proxy-Authorization", value: authorization)
            }
            let encoder = HTTPRequestEncoder()
            let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
            let connect = NIOHTTP1ProxyConnectHandler(
                targetHost: self.host.contains(":") ? "[\(self.host)]" : self.host,
                targetPort: self.port,
                headers: headers,
                deadline: .now() + .seconds(10),
                promise: promise
            )
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandlers([encoder, decoder, connect])
            let handlers = NIOLoopBound((encoder, decoder), eventLoop: channel.eventLoop)
            return promise.futureResult.flatMap {
                let (encoder, decoder) = handlers.value
                let pipeline = channel.pipeline.syncOperations
                return pipeline.removeHandler(encoder).and(pipeline.removeHandler(decoder)).map { _ in }
            }
        }
        .flatMap { $0 }
    }

    private func openBySOCKS(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let promise = channel.eventLoop.makePromise(of: Void.self)
            let handler = SOCKSClientHandler(targetAddress: .domain(self.host, port: self.port))
            let watch = SOCKSWatch(promise)
            try channel.pipeline.syncOperations.addHandlers([handler, watch])
            let handlers = NIOLoopBound((handler, watch), eventLoop: channel.eventLoop)
            return promise.futureResult.flatMap {
                let (handler, watch) = handlers.value
                let pipeline = channel.pipeline.syncOperations
                return pipeline.removeHandler(watch).and(pipeline.removeHandler(handler)).map { _ in }
            }
        }
        .flatMap { $0 }
    }

    private var authority: String {
        "\(self.host.contains(":") ? "[\(self.host)]" : self.host):\(self.port)"
    }
}

extension CommandFailure {
    /// Says in one line why there is no way through a proxy.
    init(_ tunnel: ProxyTunnel, _ error: any Error) {
        let proxy = tunnel.proxy.name
        if let error = error as? NIOHTTP1ProxyConnectHandler.Error {
            let reason =
                if error == .proxyAuthenticationRequired() {
                    "it asks for a name and a password; write them into its URL"
                } else if error == .httpProxyHandshakeTimeout() {
                    "it does not answer"
                } else if error == .remoteConnectionClosed() || error == .channelUnexpectedlyInactive() {
                    "it closed the connection"
                } else {
                    "it refuses"
                }
            self.init("The proxy \(proxy) does not lead to \(tunnel.host.printable):\(tunnel.port): \(reason).")
        } else if error is NIOConnectionError || error is IOError {
            self.init("The proxy \(proxy) cannot be reached; check --proxy, or the variables for proxies.")
        } else {
            self.init("The proxy \(proxy) does not lead to \(tunnel.host.printable):\(tunnel.port).")
        }
    }
}

/// Tells when a SOCKS proxy has made the connection, or why not.
private final class SOCKSWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let promise: EventLoopPromise<Void>

    init(_ promise: EventLoopPromise<Void>) {
        self.promise = promise
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is SOCKSProxyEstablishedEvent { self.promise.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.promise.fail(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.promise.fail(ChannelError.eof)
        context.fireChannelInactive()
    }
}

/// An exchange through a proxy, whose errors say so: what cannot be reached may be the proxy and not the server.
@available(SwiftSSE 1.0, *)
final class ProxiedExchange: EventStreamExchange {
    private let exchange: any EventStreamExchange
    private let proxy: ProxyServer

    init(_ exchange: any EventStreamExchange, _ proxy: ProxyServer) {
        self.exchange = exchange
        self.proxy = proxy
    }

    func head() async throws -> EventStreamResponse {
        do {
            return try await self.exchange.head()
        } catch var error as SSEClientError where [.connectionFailed, .connectTimeout].contains(error.code) {
            error.message += " The way leads through the proxy \(self.proxy.name)."
            throw error
        }
    }

    func read(_ body: (UnsafeBufferPointer<UInt8>) -> Void) async throws -> Bool {
        try await self.exchange.read(body)
    }

    var isReadable: Bool { self.exchange.isReadable }

    var decodesContent: Bool { self.exchange.decodesContent }

    func cancel() {
        self.exchange.cancel()
    }
}
