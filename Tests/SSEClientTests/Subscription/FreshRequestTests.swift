internal import HTTPTypes
internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// A request that is made anew for each attempt, and where it goes.
@Suite(.timeLimit(.minutes(3)))
struct FreshRequestTests {
    @available(SwiftSSE 1.0, *)
    private static func configuration(
        _ reconnection: EventStreamSubscription.Configuration.Reconnection = .redirectTarget
    ) -> EventStreamSubscription.Configuration {
        var policy = ReconnectionPolicy.defaults
        policy.initialDelay = .zero
        policy.multiplier = 1
        return .init(policy: policy, reconnection: reconnection)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `It may change URL, headers and body, and sees number, last end and last event ID`() async throws {
        let transport = InMemoryTransport { _, number in
            switch number {
            case 1: InMemoryResponse("id: 5\ndata: x\n\n", ending: .cut)
            case 2: .noConnection()
            default: InMemoryResponse(status: .noContent)
            }
        }
        let attempts = Log<String>()
        let subscription = EventStreamClient(transport: transport).subscription(configuration: Self.configuration()) {
            attempt in
            let end = attempt.previousEnd.map {
                "\(($0.error as? SSEClientError)?.code, default: "none") \($0.wasOpen)"
            }
            attempts.append("\(attempt.number) \(end ?? "-") \(attempt.lastEventID)")
            var request = EventStreamRequest(url: "http://server/\(attempt.number)", method: .post)
            request.headers[.authorization] = "Bearer \(attempt.number)"
            request.body = Array("\(attempt.number)".utf8)
            return request
        }
        _ = try await subscription.collected()
        #expect(attempts.entries == ["1 - ", "2 connectionCut true 5", "3 connectionFailed false 5"])
        #expect(transport.requests.map(\.url) == ["http://server/1", "http://server/2", "http://server/3"])
        #expect(transport.requests.map { $0.headers[.authorization] } == ["Bearer 1", "Bearer 2", "Bearer 3"])
        #expect(transport.requests.map(\.body) == [[49], [50], [51]])
        #expect(transport.requests.map { $0.headers[.lastEventID] } == [nil, "5", "5"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What it throws ends the subscription`() async throws {
        struct NoToken: Error {}
        let transport = InMemoryTransport { _, _ in .noConnection() }
        let subscription = EventStreamClient(transport: transport).subscription(configuration: Self.configuration()) {
            guard $0.number < 3 else { throw NoToken() }
            return EventStreamRequest(url: "http://server/")
        }
        await #expect(throws: NoToken.self) { for try await _ in subscription {} }
        #expect(transport.requests.count == 2)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body is sent again on each attempt`() async throws {
        let transport = InMemoryTransport { _, number in
            number < 3 ? InMemoryResponse() : InMemoryResponse(status: .noContent)
        }
        let request = EventStreamRequest(url: "http://server/", method: .post, body: [1, 2, 3])
        _ = try await EventStreamClient(transport: transport)
            .subscription(to: request, configuration: Self.configuration())
            .collected()
        #expect(transport.requests.map(\.body) == [[1, 2, 3], [1, 2, 3], [1, 2, 3]])
    }

    @Test(arguments: [true, false])
    @available(SwiftSSE 1.0, *)
    func `A reconnection goes where a redirect led, or to the original URL`(toTarget: Bool) async throws {
        let transport = InMemoryTransport { request, number in
            if request.url == "http://server/a" {
                InMemoryResponse(status: .found, headers: [.location: "http://other/b"])
            } else {
                number < 5 ? InMemoryResponse("id: 1\ndata: x\n\n") : InMemoryResponse(status: .noContent)
            }
        }
        let request = EventStreamRequest(url: "http://server/a", headers: [.authorization: "secret"])
        _ = try await EventStreamClient(transport: transport)
            .subscription(to: request, configuration: Self.configuration(toTarget ? .redirectTarget : .originalURL))
            .collected()
        let (a, b) = ("http://server/a", "http://other/b")
        #expect(transport.requests.map(\.url) == (toTarget ? [a, b, b, b, b] : [a, b, a, b, a, b]))
        // What is secret goes to its own origin only, also when the redirect is only remembered.
        for request in transport.requests { #expect((request.headers[.authorization] != nil) == (request.url == a)) }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What a foreign server's redirect led to gets nothing secret, not even at the first server`() async throws {
        let transport = InMemoryTransport { request, number in
            switch request.url {
            case "http://server/a": InMemoryResponse(status: .found, headers: [.location: "http://other/b"])
            case "http://other/b": InMemoryResponse(status: .found, headers: [.location: "http://server/c"])
            default: number < 5 ? InMemoryResponse("data: x\n\n") : InMemoryResponse(status: .noContent)
            }
        }
        let request = EventStreamRequest(
            url: "http://server/a",
            headers: [.authorization: "secret", .cookie: "a=b", .from: "me", .referer: "here"],
            secretHeaders: [.from]
        )
        _ = try await EventStreamClient(transport: transport)
            .subscription(to: request, configuration: Self.configuration())
            .collected()
        #expect(transport.requests.map(\.url).suffix(2) == ["http://server/c", "http://server/c"])
        for request in transport.requests.dropFirst() {
            #expect(request.headers[.authorization] == nil)
            #expect(request.headers[.cookie] == nil)
            #expect(request.headers[.from] == nil)
            #expect(request.headers[.referer] == "here")
        }
    }
}
