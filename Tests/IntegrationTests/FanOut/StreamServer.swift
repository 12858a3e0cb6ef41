internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOPosix
internal import SSEServer

/// A server of NIO's own handlers, whose pipelines answer each request with the events of a fan-out.
@available(SwiftSSE 1.0, *)
enum StreamServer {
    /// Whether streams of HTTP/2 are served, without negotiation, or connections of HTTP/1.1.
    enum Version: String, CaseIterable {
        case http1
        case http2
    }

    /// Serves as long as a closure runs, which gets the port.
    static func withServer<Result>(
        _ version: Version,
        _ fanOut: FanOut,
        _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                switch version {
                case .http1:
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                        try channel.pipeline.syncOperations.addHandler(StreamAnswer(fanOut))
                    }
                case .http2:
                    channel.configureHTTP2Pipeline(mode: .server) { stream in
                        stream.eventLoop.makeCompletedFuture {
                            try stream.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
                            try stream.pipeline.syncOperations.addHandler(StreamAnswer(fanOut))
                        }
                    }.map { _ in }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(server.localAddress?.port ?? 0)
            try await server.close()
            return result
        } catch {
            try? await server.close()
            throw error
        }
    }
}

/// Answers a request with all events of a fan-out.
@available(SwiftSSE 1.0, *)
private final class StreamAnswer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let fanOut: FanOut

    init(_ fanOut: FanOut) {
        self.fanOut = fanOut
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = self.unwrapInboundIn(data) else { return }
        do {
            let admission = try self.fanOut.admit(.all, from: .latest)
            var head = HTTPResponseHead(version: .http1_1, status: .ok)
            head.headers.prepareForEventStream()
            context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
            _ = try self.fanOut.attach(admission, to: context.channel, as: .httpServerResponsePart)
        } catch {
            context.close(promise: nil)
        }
    }
}
