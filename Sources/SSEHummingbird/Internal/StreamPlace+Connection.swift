internal import NIOCore
internal import NIOHTTP1
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension StreamPlace {
    /// The place before all handlers of HTTP in the pipeline of an ``EventStreamChannel``, on its event loop.
    static func connection(_ channel: any Channel) throws -> StreamPlace {
        let pipeline = channel.pipeline.syncOperations
        let encoder = try pipeline.handler(type: HTTPResponseEncoder.self)
        return .http1(
            at: .before(encoder),
            isChunked: try !pipeline.handler(type: HTTP10Handler.self).isHTTP10,
            isNextToSocket: try !pipeline.handler(type: DisconnectHandler.self).isEncrypted
        )
    }
}
