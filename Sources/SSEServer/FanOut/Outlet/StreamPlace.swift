internal import HTTPTypes
internal import NIOHTTP1
internal import NIOHTTPTypes
package import NIOCore

/// Where in a channel's pipeline a subscriber stands, and what its bytes look like there.
@available(SwiftSSE 1.0, *)
package struct StreamPlace {
    let framing: FrameBatch.Framing
    let outlet: StreamOutlet.Kind
    let position: ChannelPipeline.SynchronousOperations.Position

    private init(
        _ framing: FrameBatch.Framing,
        _ outlet: StreamOutlet.Kind,
        _ position: ChannelPipeline.SynchronousOperations.Position
    ) {
        self.framing = framing
        self.outlet = outlet
        self.position = position
    }

    /// In a connection of HTTP/1 whose head has been written, before all handlers of HTTP.
    ///
    /// - Parameters:
    ///   - position: The place, next to the socket or to what stands before it, such as TLS.
    ///   - isChunked: Whether the head says that the body comes in chunks.
    ///   - isNextToSocket: Whether nothing at all stands between this place and the socket.
    package static func http1(
        at position: ChannelPipeline.SynchronousOperations.Position = .last,
        isChunked: Bool,
        isNextToSocket: Bool
    ) -> StreamPlace {
        StreamPlace(isChunked ? .chunked : .plain, isNextToSocket ? .socket : .channel, position)
    }

    /// Behind handlers that take parts of responses.
    package static func behind(_ parts: ResponseParts) -> StreamPlace { StreamPlace(.plain, .parts(parts), .last) }
}

/// What the handlers of a channel take as a response, for streams that do not go to a socket as they are: those of
/// HTTP/2, and those of pipelines that somebody else has built.
@available(SwiftSSE 1.0, *)
public enum ResponseParts: UInt8, Sendable, Hashable {
    /// `HTTPServerResponsePart` of SwiftNIO.
    case httpServerResponsePart

    /// `HTTPResponsePart` of swift-nio-extras, whose heads are those of swift-http-types.
    case httpResponsePart

    func body(_ bytes: ByteBuffer) -> NIOAny {
        switch self {
        case .httpServerResponsePart: NIOAny(HTTPServerResponsePart.body(.byteBuffer(bytes)))
        case .httpResponsePart: NIOAny(HTTPResponsePart.body(bytes))
        }
    }

    var end: NIOAny {
        switch self {
        case .httpServerResponsePart: NIOAny(HTTPServerResponsePart.end(nil))
        case .httpResponsePart: NIOAny(HTTPResponsePart.end(nil))
        }
    }
}

// What stands beneath a channel.
@available(SwiftSSE 1.0, *)
extension Channel {
    /// The channel's socket, -1 if it has none. On the channel's event loop only.
    package var descriptor: CInt {
        let descriptor = try? self.pipeline.syncOperations
            .withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        return descriptor ?? -1
    }

    /// The connection that the channel is, or that it is a stream of, as in HTTP/2; `nil` if there is no socket.
    var connection: (any Channel)? {
        if self.descriptor >= 0 { return self }
        return self.parent.flatMap { $0.descriptor >= 0 ? $0 : nil }
    }

    /// Closes a connection whose client takes nothing: nothing is flushed, no farewell of TLS is waited for, and the
    /// system forgets what it has still to send, which it otherwise keeps for minutes. On the channel's event loop only.
    package func abort() {
        guard self.isActive else { return }
        let descriptor = self.descriptor
        // Beneath all that stands in the pipeline, which then finds the socket closed.
        if descriptor >= 0 { SocketQueue.abandon(descriptor) }
        self.close(promise: nil)
    }
}
