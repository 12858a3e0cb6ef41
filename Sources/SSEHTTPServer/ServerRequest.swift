package import NIOCore
package import NIOHTTP1

/// A request that has been read to its end.
@available(SwiftSSE 1.0, *)
package struct ServerRequest: Sendable {
    package var head: HTTPRequestHead
    package var body: ByteBuffer
    /// Where the connection comes from: the client, or a proxy.
    var connection: ConnectionOrigin
    /// Whether the client speaks TLS: with this server, or with a trusted proxy that says so.
    package var isSecure: Bool
    /// The client's address by what a trusted proxy says.
    var forwardedAddress: IPAddress?

    /// The client's address: what a trusted proxy says, or else where the connection comes from.
    package var clientAddress: String? { (self.forwardedAddress ?? self.connection.address)?.description }

    /// The listener that the request came by, by its place in ``ServerConfiguration/allListeners``.
    package var listener: Int { self.connection.listener }
}
