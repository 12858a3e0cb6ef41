#if AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2

/// Puts handlers into the connections of AsyncHTTPClient: between the wire and what would end the process.
///
/// The way in is the client's three `DebugInitializer`s, which run when a connection is ready and before its first request.
@available(SwiftSSE 1.0, *)
struct ConnectionGuards: Sendable {
    /// A Boolean value that indicates whether a certificate has to name the host that was asked for.
    let verifiesNames: Bool

    let liveness: HTTP2ConnectionGuard.Configuration

    func addToHTTP1Connection(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            let connection = HTTP1ConnectionGuard(identity: self.identity(of: channel))
            try pipeline.addHandler(connection, position: .after(decoder))
            try pipeline.addHandler(HTTP1ByteWatch(connection), position: .before(decoder))
        }
    }

    func addToHTTP2Connection(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let http2 = try pipeline.handler(type: NIOHTTP2Handler.self)
            try pipeline.addHandler(HTTP2ConnectionGuard(self.liveness), position: .after(http2))
        }
    }

    func addToHTTP2Stream(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let identity = channel.parent.flatMap { self.identity(of: $0) }
            try channel.pipeline.syncOperations.addHandler(HTTP2StreamGuard(identity: identity), position: .first)
        }
    }

    private func identity(of connection: any Channel) -> AddressCertificate? {
        self.verifiesNames ? AddressCertificate(of: connection) : nil
    }
}
#endif
