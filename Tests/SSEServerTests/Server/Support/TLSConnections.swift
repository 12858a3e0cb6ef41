internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import SSETestSupport

@testable internal import SSEHTTPServer
@testable internal import SSEServer

@available(SwiftSSE 1.0, *)
extension TestCertificate {
    /// What a server needs to know of it.
    var server: ServerTLS { ServerTLS(certificateChainPath: self.certificatePath, keyPath: self.keyPath) }

    /// How a client speaks that trusts it.
    ///
    /// - Parameter protocols: What the client says that it speaks, nothing by default.
    func client(
        protocols: [String] = [],
        maximumVersion: TLSVersion? = nil
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(self.certificatePath))
        configuration.applicationProtocols = protocols
        configuration.maximumTLSVersion = maximumVersion
        configuration.minimumTLSVersion = .tlsv1
        return try NIOSSLContext(configuration: configuration)
    }
}

@available(SwiftSSE 1.0, *)
extension RawConnection {
    /// Connects by TLS.
    ///
    /// - Parameters:
    ///   - header: What is sent before that.
    ///   - onHandshake: Is called with the protocol that has been agreed on.
    static func withTLS<Result: Sendable>(
        to port: Int,
        _ context: NIOSSLContext,
        receiveBufferSize: Int? = nil,
        header: [UInt8] = [],
        onHandshake: @escaping @Sendable (String?) -> Void = { _ in },
        _ body: (inout RawConnection) async throws -> Result
    ) async throws -> Result {
        try await self.withConnection(to: port, receiveBufferSize: receiveBufferSize) { channel in
            try channel.pipeline.syncOperations.addHandlers([
                FirstBytes(header), NIOSSLClientHandler(context: context, serverHostname: "localhost"),
                HandshakeHandler(onHandshake),
            ])
        } _: { client in
            try await body(&client)
        }
    }
}

@available(SwiftSSE 1.0, *)
private final class HandshakeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let onHandshake: @Sendable (String?) -> Void

    init(_ onHandshake: @escaping @Sendable (String?) -> Void) {
        self.onHandshake = onHandshake
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted(let name) = event { self.onHandshake(name) }
        context.fireUserInboundEventTriggered(event)
    }
}
