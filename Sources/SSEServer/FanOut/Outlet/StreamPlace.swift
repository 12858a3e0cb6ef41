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
