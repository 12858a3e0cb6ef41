internal import ServerSentEvents
internal import Testing

struct EventIDTests {
    @Test(
        arguments: [
            ("\n", "LF"), ("\r", "CR"), ("a\nb", "LF"), ("a\rb", "CR"), ("a\r\n", "CR"), ("\0", "NUL"), ("a\0b", "NUL"),
            ("1\n\ndata: evil", "LF"), ("an id of more than fifteen bytes\0", "NUL"), ("e\n\u{301}", "LF"),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `An id that would end its field, or that receivers would ignore, is refused, and the error names the field`(
        text: String,
        reason: String
    ) {
        let error = #expect(throws: ServerSentEventsError.self) { try ServerSentEvent.EventID(text) }
        #expect(error?.code == .invalidEventID)
        #expect(error?.message.contains("'id'") == true)
        #expect(error?.message.contains(reason) == true)
    }

    @Test(
        arguments: [
            "", "1", " ", " 1", "1 ", "a:b", "é", "e\u{301}", "😀", "\u{2028}", "\u{85}", "\t", "\u{1}", "\u{7F}",
            "fifteen bytes !", "sixteen bytes !!", "an id of more than fifteen bytes",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Any other text is an id`(_ text: String) throws {
        let id = try ServerSentEvent.EventID(text)
        #expect(ByteText(id.rawValue) == ByteText(text))
        #expect(ByteText(id.description) == ByteText(text))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Ids are equal if their bytes are`() {
        let composed: ServerSentEvent.EventID = "\u{E9}"
        let decomposed: ServerSentEvent.EventID = "e\u{301}"
        #expect(composed.rawValue == decomposed.rawValue)
        #expect(composed != decomposed)
        #expect(composed == "\u{E9}")
        #expect(Set([composed, decomposed, composed]).count == 2)
        let longComposed: ServerSentEvent.EventID = "an id of more than fifteen bytes, \u{E9}"
        let longDecomposed: ServerSentEvent.EventID = "an id of more than fifteen bytes, e\u{301}"
        #expect(longComposed.rawValue == longDecomposed.rawValue)
        #expect(longComposed != longDecomposed)
        #expect(longComposed == "an id of more than fifteen bytes, \u{E9}")
        #expect(Set([longComposed, longDecomposed, longComposed]).count == 2)
    }

    @Test(arguments: 1...40)
    @available(SwiftSSE 1.0, *)
    func `Ids are equal and hash alike at every length, and differ in every byte`(_ count: Int) throws {
        let text = Array(repeating: "x", count: count)
        let id = try ServerSentEvent.EventID(text.joined())
        let same = try ServerSentEvent.EventID(String(repeating: "x", count: count))
        #expect(id == same)
        #expect(id.hashValue == same.hashValue)
        for index in 0..<count {
            var other = text
            other[index] = "y"
            #expect(try ServerSentEvent.EventID(other.joined()) != id)
        }
        #expect(try ServerSentEvent.EventID(text.joined() + "x") != id)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The empty id is empty, and differs from every other`() throws {
        #expect(ServerSentEvent.EventID.empty.rawValue.isEmpty)
        #expect(try ServerSentEvent.EventID(String()) == .empty)
        #expect(ServerSentEvent.EventID.empty == "")
        #expect(ServerSentEvent.EventID.empty != " ")
    }

    #if os(macOS) || os(Linux)
    @Test
    @available(SwiftSSE 1.0, *)
    func `A literal that is no id stops the program`() async {
        await #expect(processExitsWith: .failure) {
            let id: ServerSentEvent.EventID = "a\0b"
            print(id)
        }
    }
    #endif
}
