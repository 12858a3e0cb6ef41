internal import ServerSentEvents
internal import Testing

@testable internal import SSEClient

/// Replies that come as streams: their end, their errors, their values.
@Suite(.timeLimit(.minutes(3)))
struct ReplyTests {
    private struct Token: Decodable, Equatable {
        let text: String
    }

    @available(SwiftSSE 1.0, *)
    private static func read<Result>(_ body: String, _ read: (sending EventStream) async throws -> Result) async throws
        -> Result
    {
        let transport = InMemoryTransport { _, _ in InMemoryResponse(body) }
        let request = EventStreamRequest(url: "http://server/", method: .post)
        let result = try await EventStreamClient(transport: transport).withStream(request) { try await read($1) }
        #expect(transport.requests.count == 1)
        return result
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `It ends at its end marker, which is not handed out, and nothing after it is`() async throws {
        let data = try await Self.read("data: a\n\ndata: [DONE]\n\ndata: b\n\n") { events in
            let reply = events.reply(until: .data("[DONE]"), requireEnd: true)
            let first = try await reply.collected().map(\.data)
            let again = try await reply.collected()
            #expect(again.isEmpty)
            return first
        }
        #expect(data == ["a"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The end can be a type or a predicate`() async throws {
        for pattern in [EventPattern.type("stop"), EventPattern { $0.data.hasPrefix("bye") }] {
            let data = try await Self.read("data: a\n\nevent: stop\ndata: bye now\n\ndata: b\n\n") { events in
                try await events.reply(until: pattern).collected().map(\.data)
            }
            #expect(data == ["a"])
        }
    }

    @Test(arguments: [true, false])
    @available(SwiftSSE 1.0, *)
    func `A stream that stops without its end marker throws, if that is required`(isRequired: Bool) async throws {
        try await Self.read("data: a\n\ndata: b\n\n") { events in
            var data: [String] = []
            var error: (any Error)?
            do {
                for try await event in events.reply(until: .data("[DONE]"), requireEnd: isRequired) {
                    data.append(event.data)
                }
            } catch let thrown {
                error = thrown
            }
            #expect(data == ["a", "b"])
            #expect((error as? SSEClientError)?.code == (isRequired ? .endedEarly : nil))
            #expect(
                (error as? SSEClientError)?.message
                    == (isRequired ? "The stream ended after 2 events without its end marker." : nil)
            )
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An error event becomes a thrown error with its payload, and a new loop goes on after it`() async throws {
        try await Self.read("data: a\n\nevent: error\nid: 9\ndata: {\"code\": 3}\n\ndata: b\n\n") { events in
            let reply = events.reply(failOn: .type("error"))
            let error = try await clientError { for try await event in reply { #expect(event.data == "a") } }
            #expect(error.code == .errorEvent)
            #expect(error.event?.data == "{\"code\": 3}")
            #expect(error.message == "Event 2 reports an error: {\"code\": 3}")
            let rest = try await reply.collected().map(\.data)
            #expect(rest == ["b"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Values are decoded as they come`() async throws {
        let tokens = try await Self.read(
            "data: {\"text\":\ndata: \"a\"}\n\ndata: {\"text\": \"ü\"}\n\ndata: [DONE]\n\n"
        ) { events in
            try await events.decoded(as: Token.self, until: .data("[DONE]"), requireEnd: true).collected()
        }
        #expect(tokens == [Token(text: "a"), Token(text: "ü")])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A failure names number, id and data, and does not lose the stream`() async throws {
        let body = "data: {\"text\": \"a\"}\n\nid: x7\ndata: {\"txt\": 1}\n\ndata: {\"text\": \"b\"}\n\n"
        try await Self.read(body) { events in
            let tokens = events.decoded(as: Token.self)
            var read: [Token] = []
            let error = try await clientError { for try await token in tokens { read.append(token) } }
            #expect(error.code == .decodingFailed)
            #expect(error.message == "Event 2 (id 'x7') cannot be decoded as Token: {\"txt\": 1}")
            #expect(error.event?.id == "x7")
            #expect(error.cause is DecodingError)
            for try await token in tokens { read.append(token) }
            #expect(read == [Token(text: "a"), Token(text: "b")])
        }
    }

    @Test(arguments: [1, 2])
    @available(SwiftSSE 1.0, *)
    func `Pings and events of other types are no values`(loops: Int) async throws {
        let body = """
            id: 0
            data:

            data: {"text": "a"}

            event: ping
            data: {}

            event: token
            data: {"text": "b"}

            data

            """
        let tokens = try await Self.read(body) { events in
            let tokens = events.decoded(as: Token.self, only: .types("message", "token"))
            if loops == 1 { return try await tokens.collected() }
            var first: [Token] = []
            for try await token in tokens {
                first.append(token)
                break
            }
            return try await first + tokens.collected()
        }
        #expect(tokens == [Token(text: "a"), Token(text: "b")])
        // Whoever wants to know of them can.
        try await Self.read("data:\n\n") { events in
            let error = try await clientError {
                for try await _ in events.decoded(as: Token.self, skipEmpty: false) {}
            }
            #expect(error.code == .decodingFailed)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A value is decoded when it is asked for, and no sooner`() async throws {
        try await Self.read("data: {\"text\": \"a\"}\n\ndata: nonsense\n\n") { events in
            var failures = 0
            var tokens = events.decoded(as: Token.self, onFailure: { _ in failures += 1 }).makeAsyncIterator()
            let first = try await tokens.next()
            #expect(first == Token(text: "a"))
            #expect(failures == 0)
            let second = try await tokens.next()
            #expect(second == nil)
            #expect(failures == 1)
        }
    }

    @Test(arguments: ["data: [DONE]", "data: [DONE]\n", "data: [DONE]\r", "data: [DONE]\r\n", "data:[DONE]\n\n"])
    @available(SwiftSSE 1.0, *)
    func `An end marker without its blank line is one`(end: String) async throws {
        let data = try await Self.read("data: a\n\n\(end)") { events in
            try await events.reply(until: .data("[DONE]"), requireEnd: true).collected().map(\.data)
        }
        #expect(data == ["a"])
    }

    @Test(arguments: [true, false])
    @available(SwiftSSE 1.0, *)
    func `The last event without its blank line is dropped, or handed out if it is asked for`(isKept: Bool) async throws
    {
        let data = try await Self.read("data: a\n\nid: 2\ndata: b\ndata: c") { events in
            let reply = events.reply(keepUnfinished: isKept)
            let data = try await reply.collected().map(\.data)
            let again = try await reply.collected()
            #expect(again.isEmpty)
            return data
        }
        #expect(data == (isKept ? ["a", "b\nc"] : ["a"]))
        let tokens = try await Self.read("data: {\"text\": \"a\"}") { events in
            try await events.decoded(as: Token.self, keepUnfinished: isKept).collected()
        }
        #expect(tokens == (isKept ? [Token(text: "a")] : []))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `After a last event without its blank line, a missing end is still missing`() async throws {
        try await Self.read("data: a\n\ndata: b") { events in
            var data: [String] = []
            let error = try await clientError {
                for try await event in events.reply(until: .data("[DONE]"), requireEnd: true, keepUnfinished: true) {
                    data.append(event.data)
                }
            }
            #expect(data == ["a", "b"])
            #expect(error.code == .endedEarly)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An error without its blank line is one; what a cut leaves behind is nothing`() async throws {
        try await Self.read("event: error\ndata: {\"code\": 3}\n") { events in
            let error = try await clientError { for try await _ in events.reply(failOn: .type("error")) {} }
            #expect(error.code == .errorEvent)
        }
        let transport = InMemoryTransport { _, _ in InMemoryResponse("data: [DONE]\n", ending: .cut) }
        let request = EventStreamRequest(url: "http://server/", method: .post)
        let error = try await clientError {
            try await EventStreamClient(transport: transport).withStream(request) { _, events in
                for try await _ in events.reply(until: .data("[DONE]"), keepUnfinished: true) {}
            }
        }
        #expect(error.code == .connectionCut)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A handler gets the failures, and the loop goes on`() async throws {
        try await Self.read("data: 1\n\ndata: {\"text\": \"b\"}\n\ndata: \(String(repeating: "x", count: 1000))\n\n") {
            events in
            var messages: [String] = []
            let tokens = try await events.decoded(as: Token.self) { messages.append($0.message) }.collected()
            #expect(tokens == [Token(text: "b")])
            #expect(messages.count == 2)
            #expect(messages.last == "Event 3 cannot be decoded as Token: \(String(repeating: "x", count: 200))…")
        }
    }
}
