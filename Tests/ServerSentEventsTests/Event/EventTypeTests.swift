internal import ServerSentEvents
internal import Testing

struct EventTypeTests {
    @Test(
        arguments: [
            ("", "empty"), ("\n", "LF"), ("\r", "CR"), ("a\nb", "LF"), ("a\rb", "CR"), ("a\r\n", "CR"),
            ("\nevent: x", "LF"), ("type\n\ndata: evil", "LF"), ("a type of more than fifteen bytes\r", "CR"),
            ("é\n\u{301}", "LF"),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `A type that is empty or would end its field is refused, and the error names the field`(
        text: String,
        reason: String
    ) {
        let error = #expect(throws: ServerSentEventsError.self) { try ServerSentEvent.EventType(text) }
        #expect(error?.code == .invalidEventType)
        #expect(error?.message.contains("'event'") == true)
        #expect(error?.message.contains(reason) == true)
    }

    @Test(
        arguments: [
            "a", "message", " ", " leading", "trailing ", "a:b", "a\0b", "é", "e\u{301}", "😀", "\u{2028}", "\u{85}",
            "\t", "fifteen bytes !", "sixteen bytes !!", "a type of more than fifteen bytes", "\u{FEFF}",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Any other text is a type`(_ text: String) throws {
        let type = try ServerSentEvent.EventType(text)
        #expect(ByteText(type.rawValue) == ByteText(text))
        #expect(ByteText(type.description) == ByteText(text))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Types are equal if their bytes are`() {
        let composed: ServerSentEvent.EventType = "\u{E9}"
        let decomposed: ServerSentEvent.EventType = "e\u{301}"
        #expect(composed.rawValue == decomposed.rawValue)
        #expect(composed != decomposed)
        #expect(composed == "\u{E9}")
        #expect(Set([composed, decomposed, composed]).count == 2)
        let types: [ServerSentEvent.EventType] = ["a", "A", "a\0", "a ", " a", "aa", "\0", "\0\0"]
        #expect(Set(types).count == types.count)
    }

    @Test(arguments: 1...40)
    @available(SwiftSSE 1.0, *)
    func `Types are equal and hash alike at every length, and differ in every byte`(_ count: Int) throws {
        let text = (0..<count).map { String(UnicodeScalar(UInt8(ascii: "a") + UInt8($0 % 26))) }
        let type = try ServerSentEvent.EventType(text.joined())
        let same = try ServerSentEvent.EventType((text + []).joined())
        #expect(type == same)
        #expect(type.hashValue == same.hashValue)
        #expect(ByteText(type.rawValue) == ByteText(text.joined()))
        for index in 0..<count {
            var other = text
            other[index] = "-"
            #expect(try ServerSentEvent.EventType(other.joined()) != type)
        }
        #expect(try ServerSentEvent.EventType(text.joined() + "a") != type)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Types can be matched against literals and message`() throws {
        let names = ["message", "added", "removed", "moved"].map { text in
            switch try? ServerSentEvent.EventType(text) {
            case .message: "the default"
            case "added": "a literal"
            case "removed": "another literal"
            default: "something else"
            }
        }
        #expect(names == ["the default", "a literal", "another literal", "something else"])
        #expect(ServerSentEvent.EventType.message == "message")
        #expect(ServerSentEvent.EventType.message.rawValue == "message")
    }

    #if os(macOS) || os(Linux)
    @Test
    @available(SwiftSSE 1.0, *)
    func `A literal that is no type stops the program`() async {
        await #expect(processExitsWith: .failure) {
            let type: ServerSentEvent.EventType = "a\nb"
            print(type)
        }
    }
    #endif
}
