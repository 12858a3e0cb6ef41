internal import Synchronization

/// An exchange whose body is decoded as it is read.
///
/// Decoded is what the reader asks for, 32 KB at a time, so that a body which becomes a thousand times as long takes no
/// more memory than any other.
@available(SwiftSSE 1.0, *)
final class DecodingExchange: EventStreamExchange {
    private struct State {
        var decoder: ContentDecoder
        var isCancelled = false
    }

    private let exchange: any EventStreamExchange
    private let coding: ContentCoding
    private let state: Mutex<State>

    init(_ exchange: any EventStreamExchange, _ coding: ContentCoding) {
        self.exchange = exchange
        self.coding = coding
        self.state = Mutex(State(decoder: ContentDecoder(coding)))
    }

    func head() async throws -> EventStreamResponse {
        try await self.exchange.head()
    }

    var isReadable: Bool { self.state.withLock { !$0.decoder.needsInput } || self.exchange.isReadable }

    func read(_ body: (UnsafeBufferPointer<UInt8>) -> Void) async throws -> Bool {
        while true {
            if try self.decode(body) { return true }
            let goesOn = try await self.exchange.read { bytes in
                self.state.withLock { $0.decoder.append(bytes) }
            }
            if !goesOn {
                // What came with the end is still to be read.
                if try self.decode(body) { return true }
                try self.finish()
                return false
            }
        }
    }

    private func decode(_ body: (UnsafeBufferPointer<UInt8>) -> Void) throws -> Bool {
        try self.state.withLock { state in
            guard !state.isCancelled else { throw CancellationError() }
            do throws(ContentCodingError) {
                return try state.decoder.decode(body)
            } catch {
                throw SSEClientError.undecodableBody(self.coding, error)
            }
        }
    }

    private func finish() throws {
        do throws(ContentCodingError) {
            try self.state.withLock { state throws(ContentCodingError) in try state.decoder.finish() }
        } catch {
            // The transport takes it for the end, and the body says that it is not.
            throw SSEClientError.connectionCut(cause: error)
        }
    }

    func cancel() {
        self.state.withLock { $0.isCancelled = true }
        self.exchange.cancel()
    }
}
