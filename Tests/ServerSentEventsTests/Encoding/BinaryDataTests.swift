internal import ServerSentEvents
internal import Testing

/// Bytes that are not UTF-8 are refused unless they travel as Base64.
struct BinaryDataTests {
    @Test(
        arguments: [
            [0x80], [0xC3], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
            [0x41, 0xE2, 0x82], [0xF0, 0x9F, 0x98], [0x41, 0x80, 0x41],
        ] as [[UInt8]]
    )
    @available(SwiftSSE 1.0, *)
    func `Bytes that are no text are refused`(_ bytes: [UInt8]) throws {
        let good = ServerSentEvent(data: "x")
        let encoder = EventStreamEncoder()
        for padding in [0, 7, 31, 32, 100] {
            let text = [UInt8](repeating: 0x78, count: padding)
            for event in [ServerSentEvent(bytes: text + bytes), ServerSentEvent(bytes: text + bytes + text)] {
                let error = try #require(throws: ServerSentEventsError.self) { try encoder.encode(event) }
                #expect(error.code == .dataIsNotText)
                #expect(throws: error) { try encoder.encodedByteCount(of: event) }
                #expect(throws: error) { try encoder.encode(contentsOf: [good, event, good]) }
                let base64 = try EventStreamEncoder(dataEncoding: .base64).encode(event)
                var parser = EventStreamParser(configuration: .init(dataEncoding: .base64))
                #expect(try parser.parse(base64) == [.event(event)])
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The message says what to do`() {
        let error = #expect(throws: ServerSentEventsError.self) {
            try EventStreamEncoder().encode(ServerSentEvent(bytes: [0xFF]))
        }
        #expect(error?.message.contains("Base64") == true)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Bytes are refused exactly when the standard library says that they are no text`() {
        let seconds: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]
        let others: [UInt8] = [0x41, 0x80, 0xBF, 0xC0]
        let encoder = EventStreamEncoder()
        var counts = (valid: 0, invalid: 0)
        for first in 0x70...0xFF as ClosedRange<UInt8> {
            for second in seconds {
                for third in others {
                    for fourth in others {
                        let bytes = [first, second, third, fourth]
                        let isText = String(validating: bytes, as: UTF8.self) != nil
                        let isAccepted = (try? encoder.encode(ServerSentEvent(bytes: bytes))) != nil
                        #expect(isAccepted == isText, "\(bytes)")
                        if isText { counts.valid += 1 } else { counts.invalid += 1 }
                    }
                }
            }
        }
        #expect(counts.valid > 100 && counts.invalid > 100)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A noncharacter and U+FFFD are text`() throws {
        for text in ["\u{FFFE}", "\u{FFFF}", "\u{FFFD}", "\u{10FFFF}", "\u{D7FF}\u{E000}", "\u{FEFF}"] {
            let event = ServerSentEvent(bytes: Array(text.utf8))
            var parser = EventStreamParser()
            #expect(try parser.parse(EventStreamEncoder().encode(event)) == [.event(event)])
        }
    }
}
