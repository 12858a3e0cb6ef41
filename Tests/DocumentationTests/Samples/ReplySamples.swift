import SSEClient

/// The code of the guide to replies.
@available(SwiftSSE 1.0, *)
private func replySamples(client: EventStreamClient, url: String) async throws {
    struct Token: Decodable {
        let text: String
    }

    var prompt = EventStreamRequest(url: url, method: .post)
    prompt.headers[.contentType] = "application/json"
    prompt.body = Array(#"{"prompt": "Hello", "stream": true}"#.utf8)
    try await client.withStream(prompt) { _, events in
        let tokens = events.decoded(
            as: Token.self,
            until: .data("[DONE]"),
            failOn: .type("error"),
            requireEnd: true
        )
        for try await token in tokens { print(token.text, terminator: "") }
    }

    try await client.withStream(prompt) { _, events in
        let tokens = events.decoded(as: Token.self) { error in print(error.message) }
        for try await token in tokens { print(token.text) }
    }

    try await client.withStream(prompt) { _, events in
        for try await event in events.reply(until: .type("message_stop")) { print(event.type, event.data) }
    }

    var call = EventStreamRequest(url: url, method: .post)
    call.headers[.accept] = "application/json, text/event-stream"
    call.headers[.contentType] = "application/json"
    call.body = Array(#"{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}"#.utf8)
    try await client.withStream(call) { _, events in
        let response = EventPattern { $0.data.contains(#""id":1"#) }
        for try await event in events {
            print(event.data)
            if response.matches(event) { break }
        }
    }

    try await client.withResponse(call) { response, content in
        switch content {
        case .events(let events):
            for try await event in events { print(event.data) }
        case .body(let body):
            let answer = try await body.decoded(as: Token.self)
            print(response.status, answer.text)
        }
    }
}
