internal import HTTPTypes
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEClient

/// When a subscription comes back, where to and with what, over many connections and with all defaults but the jitter.
@Suite(.timeLimit(.minutes(3)))
struct ComingBackTests {
    /// Lets a subscription run until it is over.
    ///
    /// - Returns: How long it waited each time, in seconds, and all that happened.
    @available(SwiftSSE 1.0, *)
    private static func run(
        _ transport: InMemoryTransport,
        policy: ReconnectionPolicy = .defaults,
        reconnection: EventStreamSubscription.Configuration.Reconnection = .redirectTarget,
        lastEventID: String = "",
        lifetime: Duration = .zero
    ) async throws -> (waits: [Double], lines: [String]) {
        let clock = ManualClock()
        var policy = policy
        policy.jitter = 0
        var request = EventStreamRequest(url: "http://server/events")
        request.lastEventID = try .init(lastEventID)
        let subscription = EventStreamClient(transport: transport).subscription(
            to: request,
            configuration: .init(policy: policy, reconnection: reconnection, clock: clock)
        )
        var waits: [Double] = []
        var lines: [String] = []
        try await UpdateRecorder().record(subscription) { recorder in
            while lines.last != "over", lines.last?.hasPrefix("threw") != true {
                lines += await recorder.next(1)
                let words = lines.last?.split(separator: " ") ?? []
                guard words.first == "waiting", let seconds = Double(words[1]) else { continue }
                waits.append(seconds)
                try await clock.waitForSleepers(1)
                clock.advance(by: .seconds(seconds))
            }
        }
        return (waits, lines)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A server that lets its clients poll is asked again after what it says, each time`() async throws {
        let transport = InMemoryTransport { _, number in
            switch number {
            case 1...7: InMemoryResponse("retry: 500\nid: \(number)\ndata: \(number)\n\n")
            // A new id alone says as well that the server has done its work.
            case 8: InMemoryResponse("id: 8\n\n")
            default: InMemoryResponse(status: .noContent)
            }
        }
        let waits = try await Self.run(transport).waits
        #expect(waits == Array(repeating: 0.5, count: 8))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A server that ends streams with nothing in them is asked less and less often`() async throws {
        let transport = InMemoryTransport { _, number in
            number <= 5 ? InMemoryResponse(": nothing\nretry: 500\n\n") : InMemoryResponse(status: .noContent)
        }
        let waits = try await Self.run(transport).waits
        #expect(waits == [0.5, 1, 2, 4, 8])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream that is quiet until the idle timeout is connected to again after the same wait, each time`()
        async throws
    {
        let silence = SSEClientError(code: .idleTimeout, message: "")
        let transport = InMemoryTransport { _, number in
            number <= 6 ? InMemoryResponse(ending: .failed(silence)) : InMemoryResponse(status: .noContent)
        }
        let waits = try await Self.run(transport).waits
        #expect(waits == Array(repeating: 3, count: 6))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Failures make the wait grow, whatever they are, and what follows them does not inherit that`() async throws {
        let broken = SSEClientError(code: .invalidResponse, message: "")
        let transport = InMemoryTransport { _, number in
            switch number {
            case 1: .noConnection()
            case 2: InMemoryResponse(status: .badGateway)
            case 3: InMemoryResponse(ending: .failed(broken))
            case 4, 6: InMemoryResponse("data: a\n\n")
            case 5: .noConnection()
            default: InMemoryResponse(status: .noContent)
            }
        }
        let waits = try await Self.run(transport).waits
        #expect(waits == [3, 6, 12, 3, 3, 3])
    }

    @Test(arguments: [408, 425, 429, 500, 502, 503, 504])
    @available(SwiftSSE 1.0, *)
    func `Retry-After is obeyed on each status that is tried again`(status: Int) async throws {
        let transport = InMemoryTransport { _, number in
            number == 1
                ? InMemoryResponse(status: .init(code: status), headers: [.retryAfter: "77"])
                : InMemoryResponse(status: .noContent)
        }
        #expect(try await Self.run(transport).waits == [77])
    }

    @Test(arguments: [nil, 404, 410, 500])
    @available(SwiftSSE 1.0, *)
    func `A node that a redirect led to and that is gone is left for the URL of the request`(status: Int?) async throws
    {
        let transport = InMemoryTransport { request, number in
            switch (request.url, number) {
            case ("http://server/events", 1):
                InMemoryResponse(status: .temporaryRedirect, headers: [.location: "http://node1/events"])
            case ("http://node1/events", 2): InMemoryResponse("id: 1\ndata: a\n\n")
            case ("http://node1/events", _):
                status.map { InMemoryResponse(status: .init(code: $0)) } ?? .noConnection()
            case ("http://server/events", _):
                InMemoryResponse(status: .temporaryRedirect, headers: [.location: "http://node2/events"])
            default: InMemoryResponse(status: .noContent)
            }
        }
        let waits = try await Self.run(transport).waits
        #expect(
            transport.requests.map(\.url) == [
                "http://server/events", "http://node1/events", "http://node1/events", "http://server/events",
                "http://node2/events",
            ]
        )
        #expect(transport.requests.last?.headers[.lastEventID] == "1")
        #expect(waits.count == 2)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `With the policy of browsers a refusal of the redirect's target stays final`() async throws {
        let transport = InMemoryTransport { request, number in
            if request.url == "http://server/events" {
                return InMemoryResponse(status: .temporaryRedirect, headers: [.location: "http://node1/events"])
            }
            return number == 2 ? InMemoryResponse("data: a\n\n") : InMemoryResponse(status: .notFound)
        }
        #expect(try await Self.run(transport, policy: .browser).lines.last == "threw refused")
    }

    @Test(arguments: [(431, 20_000), (431, 10), (400, 20_000), (413, 20_000), (494, 20_000)])
    @available(SwiftSSE 1.0, *)
    func `An id that a server finds too long is told of and not sent again, and the subscription goes on`(
        status: Int,
        length: Int
    ) async throws {
        let long = String(repeating: "x", count: length)
        let transport = InMemoryTransport { request, number in
            if request.headers[.lastEventID] == long { return InMemoryResponse(status: .init(code: status)) }
            return switch number {
            case 1: InMemoryResponse("id: \(long)\ndata: a\n\n", ending: .cut)
            case 3: InMemoryResponse("data: b\n\n", ending: .cut)
            case 4: InMemoryResponse("id: 2\ndata: c\n\n", ending: .cut)
            default: InMemoryResponse(status: .noContent)
            }
        }
        let lines = try await Self.run(transport).lines
        #expect(lines.filter { $0.hasPrefix("event") } == ["event a", "event b", "event c"])
        #expect(lines.contains { $0.hasPrefix("unsendable") && $0.contains(long) })
        #expect(transport.requests.map { $0.headers[.lastEventID]?.utf8.count } == [nil, length, nil, nil, 1])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A short id is not what a server means with 400, and without an id 431 is final`() async throws {
        let refusing = { (status: Int) in InMemoryTransport { _, _ in InMemoryResponse(status: .init(code: status)) } }
        #expect(try await Self.run(refusing(400), lastEventID: "7").lines.last == "threw refused")
        #expect(try await Self.run(refusing(431)).lines.last == "threw refused")
    }
}
