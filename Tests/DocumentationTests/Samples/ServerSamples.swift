import NIOCore
import NIOHTTP1
import SSEServer

/// The code of the server's landing page.
@available(SwiftSSE 1.0, *)
private func respond(
    to request: HTTPRequestHead,
    on channel: any Channel,
    outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
) async throws -> Bool {
    let canReuse = try await withEventStreamResponse(to: request, on: channel, outbound) { writer in
        try await writer.retry(.seconds(3))
        try await writer.send(ServerSentEvent(type: "greeting", data: "Hello", id: "1"))
    }
    return canReuse
}

@available(SwiftSSE 1.0, *)
private func writeToSink() async throws {
    struct StandardOutputSink: EventStreamSink {
        mutating func write(_ bytes: ByteBuffer) async throws {
            print(String(buffer: bytes), terminator: "")
        }
    }

    let end = try await withEventStream(to: StandardOutputSink()) { writer in
        try await writer.send(ServerSentEvent(data: "Hello"))
    }
    print(end)
}
