internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import Testing

/// Requests as they arrive, and responses that are no streams.
extension TransportConformanceTests {
    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `Method, header fields and body arrive as they are`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { _ in
            .stream("data: 1\n\n")
        } _: { peer in
            var request = EventStreamRequest(url: "\(peer.origin)/a%20b?c=d&e", method: .post)
            request.headers[.contentType] = "application/json"
            request.headers[.authorization] = "Bearer x"
            request.headers[.cookie] = "a=b; c=d"
            request.headers[.acceptLanguage] = "de, en"
            request.body = Array("{\"text\": \"\u{1F600}\"}".utf8)
            request.lastEventID = "\u{e9}\u{2026}\u{1F600}"
            let outcome = await peer.client.outcome(of: request)
            #expect(outcome.data == ["1"])
            let seen = try #require(peer.requests.entries.first)
            #expect(seen.method == "POST")
            #expect(seen.path == "/a%20b?c=d&e")
            #expect(seen.body == request.body)
            #expect(seen["Content-Type"] == "application/json")
            #expect(seen["Authorization"] == "Bearer x")
            #expect(seen["Cookie"] == "a=b; c=d")
            #expect(seen["Accept-Language"] == "de, en")
            #expect(seen["Accept"] == "text/event-stream")
            #expect(seen["Cache-Control"] == "no-cache")
            #expect(seen["Last-Event-ID"] == "\u{e9}\u{2026}\u{1F600}")
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `Cookies that a response sets are not sent`(transport: TransportUnderTest) async throws {
        let scenario = Scenario(headers: [.contentType: "text/event-stream", .setCookie: "a=b; Path=/"])
        try await withPeer(over: transport) { _ in
            scenario
        } _: { peer in
            for _ in 0..<2 { #expect(await peer.client.outcome(of: peer.url).error == nil) }
            #expect(peer.requests.entries.map { $0["Cookie"] } == [nil, nil])
        }
    }

    @Test(
        arguments: TransportUnderTest.allCases,
        [400, 401, 403, 404, 407, 429, 500, 503]
    )
    @available(SwiftSSE 1.0, *)
    func `A refusal has the status, the header fields and 4 KiB of the body`(transport: TransportUnderTest, status: Int)
        async throws
    {
        let text = String(repeating: "no! ", count: 3000)
        var scenario = Scenario(status: status, headers: [.contentType: "text/plain", .retryAfter: "7"])
        scenario.steps = [.send(text)]
        if status == 401 { scenario.headers[.wwwAuthenticate] = "Basic realm=\"x\"" }
        let response = scenario
        try await withPeer(over: transport) { _ in
            response
        } _: { peer in
            let error = try await clientError { _ = try await peer.client.events(of: peer.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.response.status.code == status)
            #expect(error.refusal?.response.url == peer.url)
            #expect(error.refusal?.response.headers[.retryAfter] == "7")
            #expect(error.refusal?.body == Array(text.utf8.prefix(4096)))
            #expect(peer.requests.entries.count == 1)
        }
    }

    @Test(arguments: TransportUnderTest.allCases, [401, 404])
    @available(SwiftSSE 1.0, *)
    func `A refusal with a short body ends with it`(transport: TransportUnderTest, status: Int) async throws {
        let scenario = Scenario(status: status, headers: [.wwwAuthenticate: "Basic realm=\"x\""], steps: [.send("no")])
        let isPrompt = try await isTrueSometimes {
            let start = ContinuousClock.now
            try await withPeer(over: transport) { _ in
                scenario
            } _: { peer in
                let error = try await clientError { _ = try await peer.client.events(of: peer.url) }
                #expect(error.refusal?.body == Array("no".utf8))
            }
            return ContinuousClock.now - start < .seconds(5)
        }
        #expect(isPrompt, "The client has waited for more.")
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `Another type is refused`(transport: TransportUnderTest) async throws {
        let scenario = Scenario(headers: [.contentType: "text/html"], steps: [.send("<p>data: 1\n\n")])
        try await withPeer(over: transport) { _ in
            scenario
        } _: { peer in
            let error = try await clientError { _ = try await peer.client.events(of: peer.url) }
            #expect(error.code == .refused)
            #expect(error.message == "The response is text/html, not text/event-stream.")
            #expect(error.refusal?.body == Array("<p>data: 1\n\n".utf8))
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `204 is refused, and ends a subscription`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { _ in
            Scenario(status: 204, headers: [:])
        } _: { peer in
            let error = try await clientError { _ = try await peer.client.events(of: peer.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.response.status == .noContent)
            #expect(error.refusal?.body == [])
            for try await event in peer.client.subscription(to: EventStreamRequest(url: peer.url)) {
                Issue.record("There is no event, but \(event).")
            }
            #expect(peer.requests.entries.count == 2)
        }
    }

    @Test(
        arguments: TransportUnderTest.allCases,
        [301, 302, 303, 307, 308]
    )
    @available(SwiftSSE 1.0, *)
    func `Redirects are followed by the client, and secrets do not go to another origin`(
        transport: TransportUnderTest,
        status: Int
    ) async throws {
        try await withPeer(over: transport) { request in
            if request.isOther { return .stream("data: other\n\n") }
            let isFirst = request.path == "/events"
            let location = isFirst ? "/second" : "\(request.otherOrigin)/third"
            return Scenario(status: status, headers: [.location: location, .contentType: "text/plain"])
        } _: { peer in
            var request = EventStreamRequest(url: peer.url, method: .post, body: Array("body".utf8))
            request.headers = [.authorization: "Bearer x", .cookie: "a=b", .userAgent: "test"]
            let outcome = await peer.client.outcome(of: request)
            #expect(outcome.data == ["other"])
            let seen = peer.requests.entries
            #expect(seen.map(\.path) == ["/events", "/second", "/third"])
            #expect(seen.map { $0["Authorization"] } == ["Bearer x", "Bearer x", nil])
            #expect(seen.map { $0["Cookie"] } == ["a=b", "a=b", nil])
            #expect(seen.map { $0["User-Agent"] } == ["test", "test", "test"])
            let keepsBody = status == 307 || status == 308
            #expect(seen.map(\.method) == (keepsBody ? ["POST", "POST", "POST"] : ["POST", "GET", "GET"]))
            let body = Array("body".utf8)
            #expect(seen.map(\.body) == (keepsBody ? [body, body, body] : [body, [], []]))
        }
    }

    @Test(arguments: TransportUnderTest.allCases, [301, 302, 303, 307, 308])
    @available(SwiftSSE 1.0, *)
    func `A redirect to nowhere is refused`(transport: TransportUnderTest, status: Int) async throws {
        try await withPeer(over: transport) { _ in
            Scenario(status: status, headers: [:])
        } _: { peer in
            let error = try await clientError { _ = try await peer.client.events(of: peer.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.response.status.code == status)
            #expect(peer.requests.entries.count == 1)
        }
    }
}
