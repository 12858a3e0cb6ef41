internal import ServerSentEvents
internal import Testing

#if os(macOS) || os(Linux)
/// Nothing is read beyond the end of a chunk, whatever stands near it.
///
/// What is read too far ends a process; so these tests run in processes of their own.
struct ChunkBoundsTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Short chunks of every length are read to their end and not further`() async {
        await #expect(processExitsWith: .success) {
            let memory = try GuardedMemory(byteCount: 4096)
            for beginning in ["", "data: ", "d", ":", "id: ", "event", "retry: ", "data: x\n", "data: x\n\n", "\r"] {
                for ending in ["", "\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n"] {
                    for count in 0...70 {
                        let text = beginning + String(repeating: "x", count: count) + ending
                        try Self.parse(Array(text.utf8), in: memory)
                    }
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Line ends around every power of two up to 128 KiB do not lead beyond the end`() async {
        await #expect(processExitsWith: .success) {
            let memory = try GuardedMemory(byteCount: 1 << 18)
            for power in 4...17 {
                for distance in -2...2 {
                    for ending in [
                        "\n", "\n\n", "\r", "\r\r", "\r\n", "\r\n\r\n", "\n\n\n\n\n\n", "\ndata: x", "\n\n:",
                    ] {
                        let count = (1 << power) + distance - 6
                        let line = "data: " + String(repeating: "x", count: count)
                        try Self.parse(Array((line + ending).utf8), in: memory)
                        try Self.parse(Array((line + ending + "data: more text").utf8), in: memory)
                    }
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An encoder writes as many bytes as it says and not more`() async {
        await #expect(processExitsWith: .success) {
            let memory = try GuardedMemory(byteCount: 4096)
            for count in 0...70 {
                let text = String(repeating: "x\r\n", count: count / 3) + String(repeating: "y", count: count % 3)
                for encoder in [EventStreamEncoder(), EventStreamEncoder(dataEncoding: .base64)] {
                    let event = ServerSentEvent(type: "t", data: text, id: "1", retry: .milliseconds(1))
                    let byteCount = try encoder.encodedByteCount(of: event)
                    memory.withBytesAtTheEnd([UInt8](repeating: 0, count: byteCount)) { bytes in
                        encoder.write(event, to: UnsafeMutableBufferPointer(mutating: bytes))
                        precondition(bytes.last == UInt8(ascii: "\n"))
                    }
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    private static func parse(_ chunk: [UInt8], in memory: borrowing GuardedMemory) throws {
        try memory.withBytesAtTheEnd(chunk) { chunk in
            var eager = EventStreamParser(configuration: .init(reportsComments: true))
            try eager.parse(chunk) { _ in }
            var lazy = EventStreamParser()
            try lazy.parseLazily(chunk) { _ in }
            // The rest of a line that an earlier chunk has begun.
            var second = EventStreamParser()
            _ = try second.parse("data: ".utf8)
            try second.parse(chunk) { _ in }
        }
    }
}
#endif
