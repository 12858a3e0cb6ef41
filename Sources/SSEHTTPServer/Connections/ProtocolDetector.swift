internal import NIOCore
internal import NIOHTTP1
internal import NIOTLS

/// Stands at the end of a new connection's pipeline until it is known what the client speaks, then puts the handlers
/// for that in, and leaves.
///
/// With TLS the handshake tells. Without, a client of HTTP/2 that knows beforehand that the server speaks it begins
/// with the preface, which is no request of HTTP/1. See [RFC 9113,
/// 3.3](https://www.rfc-editor.org/rfc/rfc9113#section-3.3).
@available(SwiftSSE 1.0, *)
final class ProtocolDetector: ChannelInboundHandler, RemovableChannelHandler, Deadlined {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// As much of the preface as no request of HTTP/1 can begin with.
    private static let preface = Array("PRI * HTTP/2.0\r\n".utf8)

    private let server: HTTPServer
    private let deadlines: DeadlineList
    private let connection: ConnectionOrigin
    private let isSecure: Bool
    /// When the first request has to be there.
    private let deadline: NIODeadline
    private var received = ByteBuffer()
    private var context: ChannelHandlerContext?
    var deadlineIndex = -1

    init(
        _ server: HTTPServer,
        _ deadlines: DeadlineList,
        connection: ConnectionOrigin,
        isSecure: Bool,
        deadline: NIODeadline
    ) {
        self.server = server
        self.deadlines = deadlines
        self.connection = connection
        self.isSecure = isSecure
        self.deadline = deadline
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.deadlines.set(self, at: self.deadline)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadlines.remove(self)
        self.context = nil
    }

    func deadlineExceeded() { self.context?.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        self.received.writeBuffer(&bytes)
        let seen = self.received.readableBytesView.prefix(Self.preface.count)
        let isHTTP2 =
            !self.isSecure && self.server.configuration.protocols != .http1
            && seen.elementsEqual(Self.preface.prefix(seen.count))
        if isHTTP2, seen.count < Self.preface.count { return }
        self.leave(to: isHTTP2 ? .http2 : .http1, context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted(let negotiatedProtocol):
            self.leave(to: negotiatedProtocol == "h2" ? .http2 : .http1, context)
        case ChannelEvent.inputClosed:
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private enum Version {
        case http1
        case http2
    }

    private func leave(to version: Version, _ context: ChannelHandlerContext) {
        self.deadlines.remove(self)
        let channel = context.channel
        do {
            switch version {
            case .http1:
                try self.server.addHTTP1(
                    to: channel,
                    self.deadlines,
                    connection: self.connection,
                    transport: self.isSecure ? .tls : .plain,
                    deadline: self.deadline
                )
            case .http2:
                try self.server.addHTTP2(
                    to: channel,
                    self.deadlines,
                    connection: self.connection,
                    isSecure: self.isSecure,
                    deadline: self.deadline
                )
            }
        } catch {
            return context.close(promise: nil)
        }
        if self.received.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(self.received)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}

/// What carries the requests that an ``HTTPConnectionHandler`` reads.
@available(SwiftSSE 1.0, *)
enum Transport {
    /// A connection of HTTP/1, next to the socket.
    case plain
    /// A connection of HTTP/1 behind TLS.
    case tls
    /// A stream of HTTP/2, for one request.
    case stream(of: HTTP2ConnectionHandler)

    var isSecure: Bool {
        switch self {
        case .plain: false
        case .tls: true
        case .stream(let connection): connection.isSecure
        }
    }

    /// The connection of HTTP/2, if this is a stream of one.
    var connection: HTTP2ConnectionHandler? {
        if case .stream(let connection) = self { connection } else { nil }
    }
}
