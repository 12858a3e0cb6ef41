internal import SSETestSupport
internal import Synchronization

@available(SwiftSSE 1.0, *)
private final class Counter: Sendable {
    private let count = Atomic(0)

    /// The number before this call.
    func increment() -> Int { self.count.add(1, ordering: .relaxed).oldValue }
}

/// Sends a stream in pieces, and leaves it open.
///
/// - Parameters:
///   - bytes: The stream.
///   - size: How many bytes go out at a time, `nil` for all.
@available(SwiftSSE 1.0, *)
func streaming(_ bytes: [UInt8], by size: Int? = nil) -> TestServer.Script {
    let size = size ?? max(bytes.count, 1)
    return streaming(
        pieces: stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    )
}

/// Sends a stream in pieces, and leaves it open.
@available(SwiftSSE 1.0, *)
func streaming(pieces: [[UInt8]]) -> TestServer.Script {
    { connection, _ in
        try await connection.send(Head.untilClose)
        for piece in pieces { try await connection.send(piece) }
        await connection.waitForClose()
    }
}

/// Sends a stream in one piece, and leaves it open.
@available(SwiftSSE 1.0, *)
func streaming(_ text: String) -> TestServer.Script {
    streaming(Array(text.utf8))
}

/// Sends a stream and ends it.
@available(SwiftSSE 1.0, *)
func ended(_ text: String) -> TestServer.Script {
    { connection, _ in try await connection.sendStream(text) }
}

/// Answers something that is no stream.
@available(SwiftSSE 1.0, *)
func answering(_ status: String, _ fields: String...) -> TestServer.Script {
    { connection, _ in
        // A 204 has no body, and therefore no length.
        let length = status.hasPrefix("204") ? [] : ["Content-Length: 0"]
        try await connection.send(Head.response(status, fields + length + ["Connection: close"]))
    }
}

/// Does one thing after the other, a request each; the last one also with all further requests.
@available(SwiftSSE 1.0, *)
func inTurn(_ scripts: TestServer.Script...) -> TestServer.Script {
    let counter = Counter()
    return { connection, request in
        try await scripts[min(counter.increment(), scripts.count - 1)](&connection, request)
    }
}
