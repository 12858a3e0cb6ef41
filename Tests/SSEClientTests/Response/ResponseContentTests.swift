internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// Responses that may be an event stream or something else, over every transport.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ResponseContentTests {
    private struct Answer: Decodable, Equatable {
        let text: String
    }

    /// Asks for either, and tells what came.
    @available(SwiftSSE 1.0, *)
    private static func read(_ peer: Peer, upTo limit: Int = 1 << 24) async throws -> String {
        var request = EventStreamRequest(url: peer.url, method: .post, body: Array("{}".utf8))
        request.headers[.accept] = "application/json, text/event-stream"
        request.headers[.contentType] = "application/json"
        return try await peer.client.withResponse(request) { response, content in
            switch content {
            case .events(let events): "events \(try await events.collected().map(\.data))"
            case .body(let body):
                "\(response.status.code) \(response.mediaType ?? "none") \(try await body.bytes(upTo: limit).count)"
            }
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `A body of 100,000 bytes of another type comes whole`(transport: TransportUnderTest) async throws {
        let piece = String(repeating: "x", count: 10_000)
        try await withPeer(over: transport) { _ in
            Scenario(headers: [.contentType: "application/json"], steps: Array(repeating: .send(piece), count: 10))
        } _: { peer in
            #expect(try await Self.read(peer) == "200 application/json 100000")
            #expect(try await Self.read(peer, upTo: 100_000) == "200 application/json 100000")
            let error = try await clientError { _ = try await Self.read(peer, upTo: 99_999) }
            #expect(error.code == .bodyTooLarge)
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `An event stream comes as one`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { _ in
            .stream("data: a\n\n", "data: b\n\n")
        } _: { peer in
            let read = try await Self.read(peer)
            #expect(read == #"events ["a", "b"]"#)
        }
    }

    @Test(arguments: TransportUnderTest.allCases, [202, 204])
    @available(SwiftSSE 1.0, *)
    func `A success without a body is one of no bytes`(transport: TransportUnderTest, status: Int) async throws {
        try await withPeer(over: transport) { _ in
            Scenario(status: status, headers: [:])
        } _: { peer in
            let read = try await Self.read(peer)
            #expect(read == "\(status) none 0")
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `What is no success is refused, with what it says`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { _ in
            Scenario(status: 403, headers: [.contentType: "application/json"], steps: [.send(#"{"error": "no"}"#)])
        } _: { peer in
            let error = try await clientError { _ = try await Self.read(peer) }
            #expect(error.code == .refused)
            #expect(error.refusal?.text == #"{"error": "no"}"#)
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `Without being asked for either, another type is refused as before`(transport: TransportUnderTest) async throws
    {
        try await withPeer(over: transport) { _ in
            Scenario(headers: [.contentType: "application/json"], steps: [.send("{}")])
        } _: { peer in
            let outcome = await peer.client.outcome(of: peer.url)
            #expect(outcome.clientError?.code == .refused)
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `A body can be decoded, and what cannot be says what it is`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { request in
            let text = request.path == "/events" ? #"{"text": "hello"}"# : "<html>\u{1B}[31mno"
            return Scenario(headers: [.contentType: "application/json"], steps: [.send(text)])
        } _: { peer in
            let read = { (url: String) async throws -> Answer? in
                try await peer.client.withResponse(EventStreamRequest(url: url)) { _, content in
                    guard case .body(let body) = content else { return nil }
                    return try await body.decoded(as: Answer.self)
                }
            }
            let answer = try await read(peer.url)
            #expect(answer == Answer(text: "hello"))
            let error = try await clientError { _ = try await read("\(peer.origin)/other") }
            #expect(error.code == .decodingFailed)
            #expect(error.message == #"The body cannot be decoded as Answer: <html>\u{1b}[31mno"#)
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `A body that is cut was cut`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { _ in
            Scenario(headers: [.contentType: "application/json"], steps: [.send("{")], ending: .chunkedCut)
        } _: { peer in
            let error = try await clientError { _ = try await Self.read(peer) }
            #expect(error.code == .connectionCut)
        }
    }
}
