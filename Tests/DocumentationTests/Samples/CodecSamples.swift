import ServerSentEvents
import Testing

/// The code of the codec's landing page.
@Suite
struct CodecSamples {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Encoding, then parsing`() throws {
        let event = ServerSentEvent(type: "greeting", data: "Hello\nWorld", id: "1")
        let bytes = try EventStreamEncoder().encode(event)
        // event: greeting
        // id: 1
        // data: Hello
        // data: World
        #expect(String(decoding: bytes, as: UTF8.self) == "event: greeting\nid: 1\ndata: Hello\ndata: World\n\n")

        var output: [String] = []
        func print(_ type: ServerSentEvent.EventType, _ data: String) { output.append("\(type) \(data)") }

        var parser = EventStreamParser()
        for chunk in [bytes.prefix(20), bytes.dropFirst(20)] {
            for case .event(let event) in try parser.parse(chunk) {
                print(event.type, event.data)
            }
        }
        #expect(output == ["greeting Hello\nWorld"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Reading a sequence of chunks`() async throws {
        var output: [String] = []
        func print(_ parts: String...) { output.append(parts.joined(separator: " ")) }

        let chunks = AsyncStream<[UInt8]> { continuation in
            for text in ["data: a\n\nevent: greet", "ing\ndata: b\n\n"] { continuation.yield(Array(text.utf8)) }
            continuation.finish()
        }
        for try await event in chunks.serverSentEvents() {
            switch event.type {
            case .message: print(event.data)
            case "greeting": print("greeting:", event.data)
            default: break
            }
        }
        #expect(output == ["a", "greeting: b"])
    }
}
