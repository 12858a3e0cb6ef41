private import NIOHTTP1
private import NIOHTTPTypesHTTP1
public import HummingbirdCore
public import Logging
public import NIOCore

/// Hummingbird's HTTP/1.1 channel, with what event streams need: it notices at once when the client leaves, without
/// giving up the connection for that, and it answers clients of HTTP/1.0 without chunks.
///
/// Made by ``HummingbirdCore/HTTPServerBuilder/eventStreams(configuration:)``.
@available(SwiftSSE 1.0, *)
public struct EventStreamChannel: ServerChildChannel, HTTPChannelHandler {
    /// A connection: what Hummingbird reads and writes, and the news that the client has left.
    public struct Value: ServerChildChannelValue {
        let base: HTTP1Channel.Value
        let disconnection: Disconnection

        /// The connection's channel.
        public var channel: any Channel { self.base.channel }
    }

    private let base: HTTP1Channel

    init(_ base: HTTP1Channel) {
        self.base = base
    }

    /// What answers the requests.
    public var responder: HTTPChannelHandler.Responder { self.base.responder }

    /// Sets up the pipeline of a new connection.
    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        self.base.setup(channel: channel, logger: logger).flatMapThrowing { base in
            let disconnection = Disconnection()
            let pipeline = channel.pipeline.syncOperations
            let codec = try pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self).handler
            try pipeline.addHandler(HTTP10Handler(), position: .before(codec))
            try pipeline.addHandler(DisconnectHandler(disconnection), position: .after(codec))
            return Value(base: base, disconnection: disconnection)
        }
    }

    /// Serves the requests of a connection.
    public func handle(value: Value, logger: Logger) async {
        await EventStreamConnection.$current.withValue(EventStreamConnection(value.channel, value.disconnection)) {
            await self.base.handle(value: value.base, logger: logger)
        }
    }
}

@available(SwiftSSE 1.0, *)
extension HTTPServerBuilder {
    /// Builds an HTTP/1.1 server that suits event streams.
    ///
    /// ```swift
    /// let app = Application(router: router, server: .eventStreams())
    /// ```
    ///
    /// To have TLS, wrap it: `.tls(.eventStreams(), tlsConfiguration: …)`.
    ///
    /// - Parameter configuration: Hummingbird's settings for HTTP/1.1.
    /// - Returns: The builder.
    public static func eventStreams(configuration: HTTP1Channel.Configuration = .init()) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            EventStreamChannel(HTTP1Channel(responder: responder, configuration: configuration))
        }
    }
}

/// What an event stream has to know of the connection it goes through.
///
/// Hummingbird hands neither to a route, so ``EventStreamChannel`` sets it for all that happens on a connection.
@available(SwiftSSE 1.0, *)
struct EventStreamConnection: Sendable {
    /// The connection that the current task serves.
    @TaskLocal static var current: EventStreamConnection?

    /// The connection's channel, on which streams of a fan-out go past Hummingbird.
    let channel: any Channel
    private let disconnection: Disconnection

    init(_ channel: any Channel, _ disconnection: Disconnection) {
        self.channel = channel
        self.disconnection = disconnection
    }

    /// Sets who is told when the client leaves. A connection serves one request at a time, so there is only ever one.
    func setDisconnectHandler(_ handler: @escaping @Sendable () -> Void) {
        self.disconnection.setHandler(handler)
    }
}
