internal import ServerSentEvents
internal import Testing

/// Injection: text that a user typed becomes a field or an event of its own.
extension FieldDefectsTests {
    @Test(arguments: lineEnds)
    @available(SwiftSSE 1.0, *)
    func `h3 CVE-2026-33128: a line end in any part adds no event`(_ lineEnd: String) throws {
        try Self.attack(with: "harmless\(lineEnd)data: evil\(lineEnd)\(lineEnd)")
    }

    @Test(arguments: lineEnds)
    @available(SwiftSSE 1.0, *)
    func `Hono CVE-2026-29085: a line end in any part adds no event, id or retry field`(_ lineEnd: String) throws {
        try Self.attack(with: "harmless\(lineEnd)event: admin\(lineEnd)id: 999\(lineEnd)retry: 1")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Hono CVE-2026-29085: a reconnection time is a number, and is written as its digits alone`() throws {
        for milliseconds in [0, 1, 3000, Int64.max] {
            let retry = try ServerSentEvent.ReconnectionTime(.milliseconds(milliseconds))
            let bytes = try EventStreamEncoder().encode(ServerSentEvent(data: "x", retry: retry))
            #expect(ByteText(bytes) == ByteText("retry: \(milliseconds)\ndata: x\n\n"))
            #expect(ByteText(EventStreamEncoder().encode(retry: retry)) == ByteText("retry: \(milliseconds)\n\n"))
        }
    }

    @Test(arguments: lineEnds)
    @available(SwiftSSE 1.0, *)
    func `Spring CVE-2026-22735: a line end in any part does not shift the events after it`(_ lineEnd: String) throws {
        try Self.attack(with: "\(lineEnd)\(lineEnd)")
        try Self.attack(with: "unfinished: \(lineEnd):")
    }

    @Test(arguments: ["\r", "\r\r", "a\rb"])
    @available(SwiftSSE 1.0, *)
    func `eventsource-encoder CVE-2026-44214: a bare CR in any part is no way around`(_ text: String) throws {
        try Self.attack(with: text)
        try Self.attack(with: "\(text)data: evil\(text)\(text)")
    }

    @Test(arguments: lineEnds)
    @available(SwiftSSE 1.0, *)
    func `sse-channel CVE-2026-44217: a line end in an id or a comment adds nothing`(_ lineEnd: String) throws {
        try Self.attack(with: "1\(lineEnd)\(lineEnd)event: evil\(lineEnd)data: evil\(lineEnd)\(lineEnd)")
    }

    @Test(arguments: lineEnds)
    @available(SwiftSSE 1.0, *)
    func `SSEKit and openapi-runtime: id and type are not written unchecked`(_ lineEnd: String) throws {
        for text in ["\(lineEnd)", "a\(lineEnd)", "\(lineEnd)a", "a\(lineEnd)data: evil"] {
            let typeError = #expect(throws: ServerSentEventsError.self) { try ServerSentEvent.EventType(text) }
            #expect(typeError?.code == .invalidEventType)
            let idError = #expect(throws: ServerSentEventsError.self) { try ServerSentEvent.EventID(text) }
            #expect(idError?.code == .invalidEventID)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Hertz: an empty comment ends with a line end, and swallows no field`() throws {
        let event = ServerSentEvent(data: "x")
        let stream = try EventStreamEncoder().encode(comment: "") + EventStreamEncoder().encode(event)
        #expect(ByteText(stream) == ":\ndata: x\n\n")
        #expect(Outcome.parsing([stream]).findings == [.event("x")])
    }

    /// Puts the text where a user's text may come to stand: type and id refuse it if it holds a line end, and data and
    /// comment carry it without anything else coming of it.
    @available(SwiftSSE 1.0, *)
    private static func attack(with text: String) throws {
        try InjectionCheck.check(type: text, id: text, data: text, comment: text)
        try InjectionCheck.check(type: "t", id: "1", data: text, comment: text)

        // In so many words, for the data: two events, of which the first holds the text and the second is as it was.
        let encoder = EventStreamEncoder()
        let stream =
            try encoder.encode(ServerSentEvent(type: "t", data: text, id: "1"))
            + encoder.encode(comment: text)
            + encoder.encode(ServerSentEvent(data: "after"))
        let data = ByteText(RoundTripCheck.normalizingLineEnds(of: Array(text.utf8)))
        let expected = Outcome([.event(data, type: "t", id: "1"), .event("after")], lastEventID: "1")
        #expect(Outcome.parsing([stream]) == expected)
    }
}
