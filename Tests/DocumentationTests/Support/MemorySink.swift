import NIOCore
import SSEServer

/// Keeps what is written to it.
@available(SwiftSSE 1.0, *)
struct MemorySink: EventStreamSink {
    let notes = Notes()

    func write(_ bytes: ByteBuffer) async throws {
        self.notes.add(String(buffer: bytes))
    }
}
