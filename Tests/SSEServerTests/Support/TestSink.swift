internal import NIOCore
internal import SSEServer
internal import SSETestSupport
internal import Synchronization

/// A sink that keeps what it gets, and takes as long over it as a test wants.
@available(SwiftSSE 1.0, *)
final class TestSink: EventStreamSink {
    /// The writes as they begin.
    let begun: AsyncStream<String>

    private let begunContinuation: AsyncStream<String>.Continuation
    private let completed = Mutex<[String]>([])
    private let turnstile: Turnstile

    /// Makes a sink.
    ///
    /// - Parameter isBlocked: Whether writes wait until they are let through.
    init(isBlocked: Bool = false) {
        (self.begun, self.begunContinuation) = AsyncStream.makeStream()
        self.turnstile = Turnstile(isOpen: !isBlocked)
    }

    /// The writes that are done.
    var written: [String] { self.completed.withLock { $0 } }

    func write(_ bytes: ByteBuffer) async throws {
        let text = String(buffer: bytes)
        self.begunContinuation.yield(text)
        try await self.turnstile.pass()
        self.completed.withLock { $0.append(text) }
    }

    /// Lets one write through, now or later.
    func letOneThrough() { self.turnstile.letOnePass() }

    /// Lets all writes through from now on.
    func unblock() { self.turnstile.open() }

    /// Fails the write under way.
    func fail(_ error: any Error) { self.turnstile.refuse(throwing: error) }
}
