internal import ServerSentEvents
internal import Testing

/// Payload changed: the data that arrives is not the data that was sent.
extension FieldDefectsTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `hertz-contrib: a CR does not become the two characters backslash r`() throws {
        for (data, expected) in [("a\rb", "a\nb"), ("a\\rb", "a\\rb"), ("\r", "\n"), ("a\\nb", "a\\nb")] {
            let bytes = try EventStreamEncoder().encode(ServerSentEvent(data: data))
            #expect(Outcome.parsing([bytes]).findings == [.event(ByteText(expected))])
        }
    }

    @Test(arguments: [" ", " x", "  x", "\n x", " \n \n "])
    @available(SwiftSSE 1.0, *)
    func `hertz-contrib: a space with which the data begins is not eaten`(_ data: String) throws {
        let bytes = try EventStreamEncoder().encode(ServerSentEvent(data: data))
        #expect(Outcome.parsing([bytes]).findings == [.event(ByteText(data))])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Axum: a CRLF is one line end and not two`() throws {
        for (data, expected) in [("a\r\nb", "a\nb"), ("a\r\n\r\nb", "a\n\nb"), ("a\r\n", "a\n"), ("\r\na", "\na")] {
            let bytes = try EventStreamEncoder().encode(ServerSentEvent(data: data))
            #expect(Outcome.parsing([bytes]).findings == [.event(ByteText(expected))])
        }
    }

    @Test(arguments: ["a\n\nb", "\n\n", "a\n\n\n\nb\n", "\na", "a\n"])
    @available(SwiftSSE 1.0, *)
    func `SSEKit: blank lines in the data are not dropped`(_ data: String) throws {
        let bytes = try EventStreamEncoder().encode(ServerSentEvent(data: data))
        #expect(Outcome.parsing([bytes]).findings == [.event(ByteText(data))])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `SSEKit: empty data can be sent`() throws {
        for event in [ServerSentEvent(data: "", id: "1"), ServerSentEvent(bytes: [], id: "1")] {
            for encoding in [DataEncoding.text, .base64] {
                let bytes = try EventStreamEncoder(dataEncoding: encoding).encode(event)
                let outcome = Outcome.parsing([bytes], configuration: .init(dataEncoding: encoding))
                #expect(outcome.findings == [.event("", id: "1")])
            }
        }
    }
}
