import NIOCore
import ServerSentEvents
import ServerSentEventsNIO

/// The code of the page of `ServerSentEventsNIO`.
@available(SwiftSSE 1.0, *)
private func copy(_ buffers: AsyncStream<ByteBuffer>) async throws {
    for try await event in buffers.serverSentEvents() {
        var buffer = ByteBuffer()
        try buffer.writeServerSentEvent(event)
        print(buffer.readableBytes)
    }
}
