internal import SSETestSupport
internal import Testing

/// What the client asks for.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct RequestTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A request is a GET with the header fields of the standard`() async throws {
        try await withHarness(streaming("")) { harness in
            let request = try await harness.request()
            #expect(request.method == "GET")
            #expect(request.fields("Accept") == ["Accept: text/event-stream"])
            #expect(request.fields("Cache-Control") == ["Cache-Control: no-cache"])
            #expect(request.fields("Last-Event-ID").isEmpty)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Header fields are sent as they are wanted`() async throws {
        let wanted = WantedClient(headers: ["X-First": "1", "x-second": "a b"])
        try await withHarness(client: wanted, streaming("")) { harness in
            let request = try await harness.request()
            #expect(request.fields("X-First") == ["X-First: 1"])
            #expect(request.fields("X-Second") == ["x-second: a b"])
            #expect(request.fields("Accept") == ["Accept: text/event-stream"])
        }
    }

    @Test(arguments: ["POST", "REPORT"])
    @available(SwiftSSE 1.0, *)
    func `A body goes along, also with each reconnection`(method: String) async throws {
        let wanted = WantedClient(headers: ["Content-Type": "text/plain"], method: method, body: "h\u{E9}llo")
        try await withHarness(client: wanted, inTurn(ended("data: 1\n\n"), streaming("data: 2\n\n"))) { harness in
            for _ in 0..<2 {
                let request = try await harness.request()
                #expect(request.method == method)
                #expect(request.body == Array("h\u{E9}llo".utf8))
                #expect(request.fields("Content-Type") == ["Content-Type: text/plain"])
            }
            try await harness.expect([.event("1"), .event("2")])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The last event ID that is wanted is sent at first`() async throws {
        try await withHarness(client: WantedClient(lastEventId: "abc"), streaming("")) { harness in
            let request = try await harness.request()
            #expect(request.fields("Last-Event-ID") == ["Last-Event-ID: abc"])
        }
    }
}
