internal import Hummingbird
internal import NIOCore
internal import SSEServer

/// Writes an event stream with Hummingbird's response writer.
///
/// - Note: `@unchecked Sendable` because the sink goes to the task that does the writing, and a writer is not `Sendable`.
///   Proof: the writer is copied out of the `inout` argument of a response body closure, which does not touch its own
///   copy until `withEventStream` has returned; and `withEventStream` uses the sink in one child task only, which has
///   ended by then.
@available(SwiftSSE 1.0, *)
struct ResponseBodyWriterSink: EventStreamSink, @unchecked Sendable {
    private var writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) {
        self.writer = writer
    }

    mutating func write(_ bytes: ByteBuffer) async throws {
        try await self.writer.write(bytes)
    }
}
