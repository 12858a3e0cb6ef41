internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// What every transport is to do, seen through the client: how responses begin, go on and end.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct TransportConformanceTests {
    // MARK: Events

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `Events come in pieces, and each before the next one is sent`(transport: TransportUnderTest) async throws {
        let hasEvent = Log<Void>()
        let steps: [Scenario.Step] = [
            .send("id: 1\nda"), .send("ta: o"), .send("ne\n\n"), .wait(hasEvent), .send("data: \u{1F600}\r\n\r\n"),
            .wait(hasEvent), .send("data: three\r\r"), .wait(hasEvent),
        ]
        try await withPeer(over: transport) { _ in
            Scenario(steps: steps)
        } _: { peer in
            var events: [ServerSentEvent] = []
            try await peer.client.withStream(EventStreamRequest(url: peer.url)) { _, stream in
                for try await event in stream {
                    events.append(event)
                    hasEvent.append(())
                }
            }
            #expect(events.map(\.data) == ["one", "\u{1F600}", "three"])
            #expect(events.first?.id == "1")
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `A stream is open before there is data`(transport: TransportUnderTest) async throws {
        let isOpen = Log<Void>()
        let scenario = Scenario(
            headers: [.contentType: "Text/Event-Stream; charset=utf-8", .server: "test"],
            steps: [.wait(isOpen), .send("data: 1\n\n")]
        )
        try await withPeer(over: transport) { _ in
            scenario
        } _: { peer in
            try await peer.client.withStream(EventStreamRequest(url: peer.url)) { response, events in
                #expect(response.status == .ok)
                #expect(response.url == peer.url)
                #expect(response.headers[.server] == "test")
                isOpen.append(())
                let data = try await events.collected().map(\.data)
                #expect(data == ["1"])
            }
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `An event of 7 MB comes whole`(transport: TransportUnderTest) async throws {
        let piece = String(repeating: "0123456789abcdef", count: 4375)
        let steps = [.send("data: ")] + Array(repeating: Scenario.Step.send(piece), count: 100) + [.send("\n\n")]
        try await withPeer(over: transport) { _ in
            Scenario(steps: steps)
        } _: { peer in
            let data = try await peer.client.events(of: peer.url).map(\.data)
            #expect(data.count == 1)
            #expect(data.first?.utf8.count == 7_000_000)
            #expect(data.first == String(repeating: piece, count: 100))
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `A reader that begins late gets everything`(transport: TransportUnderTest) async throws {
        let event = "data: \(String(repeating: "x", count: 50_000))\n\n"
        let count = 200
        let read = Log<Void>()
        // The first events are less than any transport holds back.
        let steps: [Scenario.Step] =
            [.send(event), .send("data: mark\n\n"), .wait(read)] + Array(repeating: .send(event), count: count)
        try await withPeer(over: transport) { _ in
            Scenario(steps: steps)
        } _: { peer in
            try await peer.client.withStream(EventStreamRequest(url: peer.url)) { _, events in
                var received = 0
                for try await event in events {
                    received += 1
                    guard event.data == "mark" else { continue }
                    read.append(())
                    // Time for what comes now to fill whatever there is to fill.
                    for _ in 0..<10_000 { await Task.yield() }
                }
                #expect(received == count + 2)
            }
        }
    }

    // MARK: Ends

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `A stream that the server ends has ended`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { _ in
            .stream("data: 1\n\n", "data: lost\n")
        } _: { peer in
            let outcome = await peer.client.outcome(of: peer.url)
            #expect(outcome.data == ["1"])
            #expect(outcome.error == nil)
            #expect(peer.requests.entries.count == 1)
        }
    }

    @Test(arguments: TransportUnderTest.allCases, Scenario.Ending.cuts)
    @available(SwiftSSE 1.0, *)
    func `A stream that is cut was cut`(transport: TransportUnderTest, ending: Scenario.Ending) async throws {
        let hasEvent = Log<Void>()
        let scenario = Scenario(steps: [.send("data: 1\n\n"), .wait(hasEvent)], ending: ending)
        try await withPeer(over: transport) { _ in
            scenario
        } _: { peer in
            var data: [String] = []
            let error = try await clientError {
                try await peer.client.withStream(EventStreamRequest(url: peer.url)) { _, events in
                    for try await event in events {
                        data.append(event.data)
                        hasEvent.append(())
                    }
                }
            }
            #expect(data == ["1"])
            #expect(error.code == .connectionCut)
            #expect(peer.requests.entries.count == 1)
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `Nobody answers`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { _ in
            Scenario()
        } _: { peer in
            let outcome = await peer.client.outcome(of: peer.unreachable)
            #expect(outcome.clientError?.code == .connectionFailed)
            #expect(outcome.clientError?.message == "No connection to the server: connection refused.")
        }
    }

    @Test(arguments: TransportUnderTest.overSockets)
    @available(SwiftSSE 1.0, *)
    func `Silence for too long ends a stream`(transport: TransportUnderTest) async throws {
        let start = ContinuousClock.now
        let scenario = Scenario.stream("data: 1\n\n", ending: .silence)
        try await withPeer(over: transport, idleTimeout: .milliseconds(400)) { _ in
            scenario
        } _: { peer in
            let outcome = await peer.client.outcome(of: peer.url)
            #expect(outcome.clientError?.code == .idleTimeout)
            #expect(outcome.clientError?.message == "The server has sent nothing for 0.4 seconds.")
            #expect(ContinuousClock.now - start >= .milliseconds(400))
            // On a slow machine the time may be over before anything has been sent.
            if outcome.data == ["1"] { await peer.closes.next() }
        }
    }

    // MARK: Leaving

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `Cancelling while no event comes closes the connection at once`(transport: TransportUnderTest) async throws {
        let hasEvent = Log<Void>()
        let scenario = Scenario.stream("data: 1\n\n", ending: .silence)
        try await withPeer(over: transport) { _ in
            scenario
        } _: { peer in
            let request = EventStreamRequest(url: peer.url)
            let client = peer.client
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await client.withStream(request) { _, events in
                        for try await _ in events { hasEvent.append(()) }
                    }
                }
                await hasEvent.next()
                let start = ContinuousClock.now
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
                await peer.closes.next()
                #expect(ContinuousClock.now - start < .seconds(10))
            }
        }
    }

    @Test(arguments: TransportUnderTest.overSockets)
    @available(SwiftSSE 1.0, *)
    func `Cancelling before the head has come closes the connection`(transport: TransportUnderTest) async throws {
        let client: EventStreamClient =
            switch transport {
            case .urlSession: EventStreamClient(transport: URLSessionTransport.shared)
            default: EventStreamClient()
            }
        try await withTestServer { connection, _ in
            await connection.waitForClose()
        } _: { server in
            let url = server.url
            await withTaskGroup(of: StreamOutcome.self) { group in
                group.addTask { await client.outcome(of: url) }
                await server.requests.next()
                group.cancelAll()
                let outcome = await group.next()
                #expect(outcome?.error is CancellationError)
                await server.closes.next()
            }
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `Leaving the loop closes the connection`(transport: TransportUnderTest) async throws {
        let scenario = Scenario.stream("data: 1\n\ndata: 2\n\n", ending: .silence)
        try await withPeer(over: transport) { _ in
            scenario
        } _: { peer in
            let first = try await peer.client.withStream(EventStreamRequest(url: peer.url)) { _, events in
                var iterator = events.makeAsyncIterator()
                return try await iterator.next()?.data
            }
            #expect(first == "1")
            await peer.closes.next()
        }
    }

    // MARK: Reconnection

    @Test(
        arguments: TransportUnderTest.allCases,
        Scenario.Ending.all
    )
    @available(SwiftSSE 1.0, *)
    func `A subscription goes on after each ending, with the last event ID`(
        transport: TransportUnderTest,
        ending: Scenario.Ending
    ) async throws {
        let hasEvent = Log<Void>()
        let first = Scenario(steps: [.send("id: 1\u{e9}\ndata: one\n\n"), .wait(hasEvent)], ending: ending)
        try await withPeer(over: transport) { request in
            request["Last-Event-ID"] == nil ? first : .stream("data: two\n\n", ending: .silence)
        } _: { peer in
            var policy = ReconnectionPolicy.defaults
            policy.initialDelay = .zero
            policy.jitter = 0
            let subscription = peer.client.subscription(
                to: EventStreamRequest(url: peer.url),
                configuration: .init(policy: policy)
            )
            var data: [String] = []
            for try await event in subscription {
                data.append(event.data)
                hasEvent.append(())
                if data.count == 2 { break }
            }
            #expect(data == ["one", "two"])
            #expect(peer.requests.entries.map { $0["Last-Event-ID"] } == [nil, "1\u{e9}"])
            await peer.closes.next()
        }
    }
}
