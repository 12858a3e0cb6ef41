internal import SSETestSupport
internal import Testing

/// Answers that are no streams.
@Suite(.timeLimit(.minutes(15)))
struct ResponseTests {
    @Test(arguments: ["301 Moved Permanently", "307 Temporary Redirect"])
    @available(SwiftSSE 1.0, *)
    func `Redirects are followed`(status: String) async throws {
        try await withHarness(inTurn(answering(status, "Location: /other"), streaming("data: 1\n\n"))) { harness in
            try await harness.expect([.event("1")])
            #expect(harness.stream.requests.entries.map(\.path) == ["/events", "/other"])
        }
    }

    @Test(
        arguments: ["301 Moved Permanently", "307 Temporary Redirect"],
        [nil, "Location:", "Location: "]
    )
    @available(SwiftSSE 1.0, *)
    func `A redirect to nowhere is reported`(status: String, location: String?) async throws {
        let script = location.map { answering(status, $0) } ?? answering(status)
        try await withHarness(script) { harness in
            try await harness.expectError()
        }
    }

    @Test(arguments: ["400 Bad Request", "401 Unauthorized", "404 Not Found", "503 Busy"])
    @available(SwiftSSE 1.0, *)
    func `A refusal is reported`(status: String) async throws {
        try await withHarness(answering(status)) { harness in
            try await harness.expectError()
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream of another type is reported`() async throws {
        try await withHarness(answering("200 OK", "Content-Type: text/html")) { harness in
            try await harness.expectError()
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `204 ends it for good, and is no error`() async throws {
        let script: TestServer.Script = { connection, request in
            try await (request.path == "/events" ? answering("204 No Content") : ended("data: 1\n\n"))(
                &connection,
                request
            )
        }
        try await withHarness(script) { harness in
            let first = try await harness.request()
            #expect(first.path == "/events")
            // While another client has reconnected a few times, this one would have done so too.
            let other = WantedClient(
                streamUrl: "\(harness.stream.origin)/other",
                callbackUrl: "\(harness.callbacks.origin)/callbacks"
            )
            _ = try await harness.service.make(other)
            try await harness.expect(Array(repeating: .event("1"), count: 6))
            #expect(harness.stream.requests.entries.dropFirst().allSatisfy { $0.path == "/other" })
        }
    }
}
