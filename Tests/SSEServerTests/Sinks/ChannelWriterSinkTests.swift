internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import SSEServer
internal import ServerSentEvents
internal import Testing

/// Event streams through the writers of NIO's async channels.
@Suite(.timeLimit(.minutes(3)))
struct ChannelWriterSinkTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Each write is one body part of an HTTPResponsePart channel`() async throws {
        let (outbound, parts) = NIOAsyncChannelOutboundWriter<HTTPResponsePart>.makeTestingWriter()
        let end = try await withEventStream(to: HTTPResponsePartSink(outbound)) { writer in
            try await writer.send(ServerSentEvent(data: "1"))
            try await writer.comment("")
        }
        outbound.finish()
        #expect(end == .completed)
        let expected: [HTTPResponsePart] = [
            .body(ByteBuffer(string: "data: 1\n\n")),
            .body(ByteBuffer(string: ":\n")),
        ]
        #expect(await parts.reduce(into: []) { $0.append($1) } == expected)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Each write is one body part of an HTTPServerResponsePart channel`() async throws {
        let (outbound, parts) = NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>.makeTestingWriter()
        let end = try await withEventStream(to: HTTPServerResponsePartSink(outbound)) { writer in
            try await writer.send(ServerSentEvent(data: "1"))
            try await writer.comment("")
        }
        outbound.finish()
        #expect(end == .completed)
        let expected: [HTTPServerResponsePart] = [
            .body(.byteBuffer(ByteBuffer(string: "data: 1\n\n"))),
            .body(.byteBuffer(ByteBuffer(string: ":\n"))),
        ]
        #expect(await parts.reduce(into: []) { $0.append($1) } == expected)
    }
}
