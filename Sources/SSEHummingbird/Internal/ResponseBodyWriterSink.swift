internal import Hummingbird
internal import NIOCore
internal import SSEServer

/// Writes an event stream with Hummingbird's response writer.
///
/// A class, because a writer may be a value that changes with each write, and its end must know of them all.
///
/// - Note: `@unchecked Sendable` because the sink goes to the tasks that do the writing, and a writer is not `Sendable`.
///   Proof: the writer is copied out of the `inout` argument of a response body closure, which never touches its own
///   copy; and what comes before the stream, the stream and its end use the sink one after the other, each in one child
///   task that has ended when the next begins.
@available(SwiftSSE 1.0, *)
final class ResponseBodyWriterSink: EventStreamSink, @unchecked Sendable {
    private var writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) {
        self.writer = writer
    }

    func write(_ bytes: ByteBuffer) async throws {
        try await self.writer.write(bytes)
    }

    /// Ends the response.
    func finish() async throws {
        try await self.writer.finish(nil)
    }
}
