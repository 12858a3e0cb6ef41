internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import Testing

/// Checks of one's own.
@Suite(.timeLimit(.minutes(3)))
struct ResponseCheckTests {
    @available(SwiftSSE 1.0, *)
    private func outcome(_ check: ResponseCheck, _ status: String, _ type: String) async throws -> StreamOutcome {
        try await withTestServer { connection, _ in
            let fields = ["Content-Type: \(type)", "Connection: close"]
            try await connection.send(Head.response(status, fields) + "data: 1\n\n")
        } _: { server in
            var client = EventStreamClient.test
            client.configuration.responseCheck = check
            return await client.outcome(of: server.url)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `None accepts everything`() async throws {
        let outcome = try await self.outcome(.none, "503 X", "text/plain")
        #expect(outcome.data == ["1"])
        #expect(outcome.error == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A check can accept what the standard refuses`() async throws {
        let check = ResponseCheck { $0.status == .accepted ? nil : ResponseCheck.standard.refusal(of: $0) }
        #expect(try await self.outcome(check, "202 Accepted", "text/plain").data == ["1"])
        #expect(try await self.outcome(check, "200 OK", "text/event-stream").data == ["1"])
        #expect(try await self.outcome(check, "201 X", "text/event-stream").clientError?.code == .refused)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A check can refuse what the standard accepts, and its reason is the error's message`() async throws {
        let check = ResponseCheck { $0.headers[.server] == nil ? "There is no Server field." : nil }
        let outcome = try await self.outcome(check, "200 OK", "text/event-stream")
        #expect(outcome.data == [])
        #expect(outcome.clientError?.code == .refused)
        #expect(outcome.clientError?.message == "There is no Server field.")
        #expect(outcome.clientError?.refusal?.body == Array("data: 1\n\n".utf8))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The standard's check can be asked directly`() {
        func refusal(_ status: HTTPResponse.Status, _ fields: HTTPFields) -> String? {
            ResponseCheck.standard.refusal(
                of: EventStreamResponse(url: "http://localhost/", status: status, headers: fields)
            )
        }
        #expect(refusal(.ok, [.contentType: "text/event-stream; charset=utf-8"]) == nil)
        #expect(refusal(.ok, [.contentType: "text/html"]) == "The response is text/html, not text/event-stream.")
        #expect(refusal(.ok, [:]) == "The response has no content type.")
        #expect(
            refusal(.noContent, [.contentType: "text/event-stream"])
                == "The server answered 204 No Content, not 200 OK."
        )
    }
}
