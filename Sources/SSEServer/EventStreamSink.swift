public import NIOCore

/// Where the bytes of an event stream go: a response's body, a socket, a file, a test.
///
/// ```swift
/// struct FileSink: EventStreamSink {
///     let file: WriteHandle
///
///     mutating func write(_ bytes: ByteBuffer) async throws {
///         try await file.write(bytes)
///     }
/// }
/// ```
@available(SwiftSSE 1.0, *)
public protocol EventStreamSink: Sendable {
    /// Writes bytes and sends them on their way at once.
    ///
    /// Called for one write at a time. It is expected to suspend while the receiver takes no more, and to throw when the
    /// task is cancelled, which is how a write that takes too long is ended.
    ///
    /// - Parameter bytes: One or more whole events or comments.
    /// - Throws: Anything, if the bytes cannot be written; this ends the stream.
    mutating func write(_ bytes: ByteBuffer) async throws
}
