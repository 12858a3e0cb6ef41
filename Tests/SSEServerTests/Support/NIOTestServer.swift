internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import SSETestSupport
internal import Synchronization

/// What answers a request: returns whether the connection can serve another one.
@available(SwiftSSE 1.0, *)
typealias NIOResponder =
    @Sendable (HTTPRequestHead, any Channel, NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>) async throws -> Bool

/// Serves HTTP/1.1 on a port of this machine with nothing but NIO, for as long as a test takes.
///
/// - Parameters:
///   - outboundEvents: Gets the name of each `write` and `flush` on its way to the encoder.
///   - responder: Answers the requests.
///   - test: Gets the port.
@available(SwiftSSE 1.0, *)
func withNIOServer(
    outboundEvents: Log<String>? = nil,
    _ responder: @escaping NIOResponder,
    _ test: (_ port: Int) async throws -> Void
) async throws {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .bind(host: "127.0.0.1", port: 0) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                if let outboundEvents {
                    try channel.pipeline.syncOperations.addHandler(OutboundEventHandler(outboundEvents))
                }
                return try NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>(
                    wrappingChannelSynchronously: channel
                )
            }
        }
    let port = try server.channel.localAddress?.port ?? { throw ChannelError.unknownLocalAddress }()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            try await withThrowingDiscardingTaskGroup { connections in
                try await server.executeThenClose { inbound in
                    for try await connection in inbound {
                        connections.addTask { await serve(connection, responder) }
                    }
                }
            }
        }
        defer { group.cancelAll() }
        try await test(port)
    }
}

/// As the documentation of `withEventStreamResponse` has it.
@available(SwiftSSE 1.0, *)
private func serve(
    _ connection: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>,
    _ responder: @escaping NIOResponder
) async {
    // What goes wrong on a connection shows at its other end.
    try? await connection.executeThenClose { inbound, outbound in
        for try await part in inbound {
            guard case .head(let request) = part else { continue }
            let canReuse = try await responder(request, connection.channel, outbound)
            if !canReuse { break }
        }
    }
}

/// Notes what a channel writer sends down the pipeline.
@available(SwiftSSE 1.0, *)
private final class OutboundEventHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPServerResponsePart

    private let events: Log<String>

    init(_ events: Log<String>) {
        self.events = events
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.events.append("write")
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        self.events.append("flush")
        context.flush()
    }
}
