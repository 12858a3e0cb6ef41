internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import Testing

/// The essence of the content type must be `text/event-stream`.
@Suite(.timeLimit(.minutes(3)))
struct ContentTypeTests {
    /// The answer to a stream whose head has these lines for the type, and whose event is U+2026 in UTF-8.
    @available(SwiftSSE 1.0, *)
    private func outcome(_ fields: [String]) async throws -> StreamOutcome {
        try await withTestServer { connection, _ in
            try await connection.send(Head.response("200 OK", fields + ["Connection: close"]) + "data: \u{2026}\n\n")
        } _: { server in
            let outcome = await EventStreamClient.test.outcome(of: server.url)
            #expect(server.requests.entries.count == 1)
            return outcome
        }
    }

    @Test(
        arguments: [
            "text/event-stream",
            "text/event-stream;",
            "text/event-stream;charset=windows-1252",
            "text/event-stream;charset=utf-16",
            "text/event-stream;charset=bogus",
            "text/event-stream; charset=utf-8",
            "text/event-stream;charset=UTF-8",
            "text/event-stream;charset=\"utf-8\"",
            "text/event-stream;charset=",
            "text/event-stream;other=1",
            "text/event-stream ; charset=utf-8",
            "TEXT/EVENT-STREAM",
            "Text/Event-Stream",
            "text/html, text/event-stream",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Accepted, and decoded as UTF-8 whatever the parameters say`(type: String) async throws {
        let outcome = try await self.outcome(["Content-Type: \(type)"])
        #expect(outcome.data == ["\u{2026}"])
        #expect(outcome.error == nil)
    }

    @Test(
        arguments: [
            "text/x-bogus", "x bogus", "text/event-streamx", "text/event-stream+x", "application/x-ndjson",
            "application/json", "text/html", "text/plain", "application/octet-stream", "",
            "text/event-stream, text/html",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Refused`(type: String) async throws {
        let outcome = try await self.outcome(["Content-Type: \(type)"])
        #expect(outcome.data == [])
        #expect(outcome.clientError?.code == .refused)
        #expect(outcome.clientError?.refusal?.response.status == .ok)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Of two header lines the last one counts`() async throws {
        let accepted = try await self.outcome(["Content-Type: text/html", "Content-Type: text/event-stream"])
        #expect(accepted.data == ["\u{2026}"])
        #expect(accepted.error == nil)
        let refused = try await self.outcome(["Content-Type: text/event-stream", "Content-Type: text/html"])
        #expect(refused.clientError?.code == .refused)
        #expect(refused.clientError?.message.contains("text/html") == true)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A response without a type is refused`() async throws {
        let outcome = try await self.outcome([])
        #expect(outcome.data == [])
        #expect(outcome.clientError?.code == .refused)
        #expect(outcome.clientError?.message.contains("no content type") == true)
    }
}
