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

    @Test("It ends at its end marker, which is not handed out, and nothing after it is")
    @available(SwiftSSE 1.0, *)
    func end() async throws {
        let data = try await Self.read("data: a\n\ndata: [DONE]\n\ndata: b\n\n") { events in
            let reply = events.reply(until: .data("[DONE]"), requireEnd: true)
            let first = try await reply.collected().map(\.data)
            let again = try await reply.collected()
            #expect(again.isEmpty)
            return first
        }
        #expect(data == ["a"])
    }

    @Test("The end can be a type or a predicate")
    @available(SwiftSSE 1.0, *)
    func patterns() async throws {
        for pattern in [EventPattern.type("stop"), EventPattern { $0.data.hasPrefix("bye") }] {
            let data = try await Self.read("data: a\n\nevent: stop\ndata: bye now\n\ndata: b\n\n") { events in
                try await events.reply(until: pattern).collected().map(\.data)
            }
            #expect(data == ["a"])
        }
    }

    @Test("A stream that stops without its end marker throws, if that is required", arguments: [true, false])
    @available(SwiftSSE 1.0, *)
    func endedEarly(isRequired: Bool) async throws {
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

    @Test("An error event becomes a thrown error with its payload, and a new loop goes on after it")
    @available(SwiftSSE 1.0, *)
    func errorEvent() async throws {
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

    @Test("Values are decoded as they come")
    @available(SwiftSSE 1.0, *)
    func decoded() async throws {
        let tokens = try await Self.read(
            "data: {\"text\":\ndata: \"a\"}\n\ndata: {\"text\": \"ü\"}\n\ndata: [DONE]\n\n"
        ) { events in
            try await events.decoded(as: Token.self, until: .data("[DONE]"), requireEnd: true).collected()
        }
        #expect(tokens == [Token(text: "a"), Token(text: "ü")])
    }

    @Test("A failure names number, id and data, and does not lose the stream")
    @available(SwiftSSE 1.0, *)
    func decodingFailure() async throws {
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

    @Test("A handler gets the failures, and the loop goes on")
    @available(SwiftSSE 1.0, *)
    func onFailure() async throws {
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
