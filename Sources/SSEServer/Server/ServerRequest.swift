package import NIOCore
package import NIOHTTP1

/// A request that has been read to its end.
@available(SwiftSSE 1.0, *)
package struct ServerRequest: Sendable {
    package var head: HTTPRequestHead
    package var body: ByteBuffer
    package var remoteAddress: SocketAddress?
}
