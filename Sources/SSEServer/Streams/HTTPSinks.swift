public import NIOCore
public import NIOHTTP1
public import NIOHTTPTypes

/// Writes an event stream as the body of a response in a NIO channel of `HTTPResponsePart`s, be it HTTP/1.1 or HTTP/2.
@available(SwiftSSE 1.0, *)
public struct HTTPResponsePartSink: EventStreamSink {
    private let outbound: NIOAsyncChannelOutboundWriter<HTTPResponsePart>

    /// Makes a sink.
    ///
    /// - Parameter outbound: The channel's writer.
    public init(_ outbound: NIOAsyncChannelOutboundWriter<HTTPResponsePart>) {
        self.outbound = outbound
    }

    /// Writes and flushes one body part; suspends while the channel is not writable.
    public func write(_ bytes: ByteBuffer) async throws {
        try await self.outbound.write(.body(bytes))
    }
}

/// Writes an event stream as the body of a response in a NIO channel of `HTTPServerResponsePart`s.
///
/// The head comes before it and the end after it;
/// ``withEventStreamResponse(to:on:_:status:headers:prelude:configuration:_:)`` does all three.
@available(SwiftSSE 1.0, *)
public struct HTTPServerResponsePartSink: EventStreamSink {
    private let outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>

    /// Makes a sink.
    ///
    /// - Parameter outbound: The channel's writer.
    public init(_ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>) {
        self.outbound = outbound
    }

    /// Writes and flushes one body part; suspends while the channel is not writable.
    public func write(_ bytes: ByteBuffer) async throws {
        try await self.outbound.write(.body(.byteBuffer(bytes)))
    }
}
