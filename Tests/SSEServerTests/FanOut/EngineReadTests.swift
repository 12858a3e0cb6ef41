internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEServer

/// Clients that want what their broker has no more, or has not yet, and its engine has.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct EngineReadTests {
    @available(SwiftSSE 1.0, *)
    private struct Running {
        let engine: SteeredEngine
        let broker: Broker
        let server: FanOutServer

        func append(_ numbers: ClosedRange<Int>, padding: Int = 0) async throws {
            let padding = String(repeating: "x", count: padding)
            for number in numbers {
                let event = ServerSentEvent(data: "\(number)\(padding)")
                _ = try await self.engine.append(Publication(event, topics: ["a"]))
            }
        }

        func id(_ sequence: UInt64) throws -> String {
            EventPosition(epoch: try self.engine.log.bounds().epoch, sequence: sequence).wireID
        }

        func connect(
            after id: String? = nil,
            buffers: StreamConnection.Buffers = .standard,
            fields: [String] = []
        ) async throws -> StreamConnection {
            let fields = ["Topics: a"] + (id.map { ["Last-Event-ID: \($0)"] } ?? []) + fields
            let connection = try await StreamConnection.connect(to: self.server.port, buffers: buffers, fields: fields)
            try await connection.wait { $0.head != nil }
            return connection
        }
    }

    /// - Parameter copied: How many events the broker keeps; the engine keeps all.
    @available(SwiftSSE 1.0, *)
    private func withServer(
        events: Int = 0,
        copied: Int = 10,
        configuration: FanOutConfiguration = .defaults,
        overrunPolicy: OverrunPolicy = .gap,
        _ test: (Running) async throws -> Void
    ) async throws {
        let engine = SteeredEngine()
        for number in 0..<events {
            _ = try await engine.append(Publication(ServerSentEvent(data: "\(number + 1)"), topics: ["a"]))
        }
        var brokerConfiguration = BrokerConfiguration.defaults
        brokerConfiguration.retention.events = copied
        brokerConfiguration.overrunPolicy = overrunPolicy
        let broker = try await Broker(engine: engine, configuration: brokerConfiguration)
        try await withThrowingTaskGroup { group in
            group.addTask { try await broker.run() }
            let bounds = { @Sendable in (try? engine.log.bounds()) ?? broker.bounds }
            try await withFanOutServer(broker, configuration, bounds: bounds) { server in
                try await test(Running(engine: engine, broker: broker, server: server))
            }
            group.cancelAll()
            _ = await group.nextResult()
        }
        #expect(broker.subscriptionCount == 0)
    }

    /// The numbers of the events, with the reasons of gaps.
    @available(SwiftSSE 1.0, *)
    private func data(_ connection: StreamConnection) async throws -> [String] {
        try await connection.takeItems().compactMap { item in
            item.gap.map { "gap \($0)" } ?? item.event.map { String($0.data.prefix { $0 != "x" }) }
        }
    }

    // MARK: Behind

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that is slower than events leave the broker's copy misses nothing`() async throws {
        var configuration = FanOutConfiguration.defaults
        configuration.writeTimeout = .seconds(60)
        try await self.withServer(configuration: configuration) { running in
            let slow = try await running.connect(buffers: .small)
            let quick = try await running.connect()
            try await slow.setReading(false)
            try await running.append(1...300, padding: 4000)
            try await running.append(301...301)
            try await quick.wait { $0.lastEvent == "301" }
            #expect(running.broker.bounds.first > 200)
            try await slow.setReading(true)
            try await slow.wait { $0.lastEvent == "301" }
            #expect(try await self.data(slow) == (1...301).map { "\($0)" })
            #expect(try await self.data(quick) == (1...301).map { "\($0)" })
            #expect(running.engine.count(of: .read) > 1)
            // And is as quick as the others from now on.
            try await running.append(302...302)
            try await slow.wait { $0.lastEvent == "302" }
            for client in [slow, quick] { try await client.cut(.close) }
        }
    }

    @Test(arguments: [1, 256])
    @available(SwiftSSE 1.0, *)
    func `Clients that are behind at the same place share what is read`(sliceLength: Int) async throws {
        var configuration = FanOutConfiguration.defaults
        configuration.sliceLength = sliceLength
        try await self.withServer(events: 200, configuration: configuration) { running in
            let before = running.engine.count(of: .read)
            running.engine.gate(.read).close()
            let id = try running.id(50)
            var clients: [StreamConnection] = []
            for _ in 0..<40 { clients.append(try await running.connect(after: id)) }
            try await waitUntil { running.broker.subscriptionCount == 40 }
            // One for each event loop.
            try await running.engine.gate(.read).waitForWaiters(2)
            running.engine.gate(.read).open()
            try await running.append(201...201)
            for client in clients {
                try await client.wait { $0.lastEvent == "201" }
                #expect(try await self.data(client) == (51...201).map { "\($0)" })
            }
            // Those whom one turn of an event loop did not get to may have it read once more.
            #expect(running.engine.count(of: .read) - before <= (sliceLength == 1 ? 40 : 4))
            for client in clients { try await client.cut(.close) }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is read from the engine is told with its topics to those who ask, and without to others`() async throws {
        try await self.withServer(events: 200) { running in
            let asking = try await running.connect(after: running.id(50), fields: ["Details: topics"])
            let other = try await running.connect(after: running.id(50))
            for client in [asking, other] {
                try await client.wait { $0.lastEvent == "200" }
                #expect(try await self.data(client) == (51...200).map { "\($0)" })
            }
            #expect(try await asking.progress.topicCount == 150)
            #expect(try await other.progress.topicCount == 0)
            for client in [asking, other] { try await client.cut(.close) }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An engine that fails keeps clients waiting, who then get everything`() async throws {
        try await self.withServer(events: 100) { running in
            running.engine.fail(.read, with: BrokerError(code: .engineFailed, message: "No."))
            let count = running.engine.count(of: .read)
            let behind = try await running.connect(after: running.id(20))
            #expect(try await behind.progress.head?["X-Outcome"] == "resumed")
            let live = try await running.connect()
            try await running.engine.wait(for: .read, count: count + 2)
            // The others are served meanwhile.
            try await running.append(101...101)
            try await live.wait { $0.lastEvent == "101" }
            #expect(try await self.data(behind) == [])
            running.engine.fail(.read, with: nil)
            try await behind.wait { $0.lastEvent == "101" }
            #expect(try await self.data(behind) == (21...101).map { "\($0)" })
            for client in [live, behind] { try await client.cut(.close) }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that waits for an engine that fails does not hold up the end`() async throws {
        try await self.withServer(events: 100) { running in
            running.engine.fail(.read, with: BrokerError(code: .engineFailed, message: "No."))
            let behind = try await running.connect(after: running.id(20))
            let count = running.engine.count(of: .read)
            try await running.engine.wait(for: .read, count: count + 1)
            running.server.stop()
            try await behind.wait { $0.hasEnded }
            #expect(try await self.data(behind) == [])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is still read when the server has ended does not hold up the broker's end`() async throws {
        try await self.withServer(events: 100) { running in
            running.engine.gate(.read).close()
            let behind = try await running.connect(after: running.id(20))
            try await running.engine.gate(.read).waitForWaiters(1)
            try await behind.cut(.close)
        }
    }

    // MARK: Ahead

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that comes from a process that is ahead gets what comes after that`() async throws {
        try await self.withServer(events: 10) { running in
            running.engine.gate(.follow).close()
            try await running.append(11...15)
            let ahead = try await running.connect(after: running.id(15))
            #expect(try await ahead.progress.head?["X-Outcome"] == "resumed")
            #expect(try await ahead.progress.head?["X-Start"] == "15")
            #expect(running.broker.bounds.last == 10)
            let further = try await running.connect(after: running.id(16))
            #expect(try await further.progress.head?["X-Outcome"] == "future")
            running.engine.gate(.follow).open()
            try await running.append(16...17)
            for client in [ahead, further] { try await client.wait { $0.lastEvent == "17" } }
            #expect(try await self.data(ahead) == ["16", "17"])
            #expect(try await self.data(further).first == "gap future")
            for client in [ahead, further] { try await client.cut(.close) }
        }
    }

    /// Often, since the end may come before the stream has begun or after that.
    @Test(arguments: 0..<20)
    @available(SwiftSSE 1.0, *)
    func `A client that is ahead ends with the server`(_: Int) async throws {
        try await self.withServer(events: 10) { running in
            running.engine.gate(.follow).close()
            try await running.append(11...15)
            let ahead = try await running.connect(after: running.id(15))
            running.server.stop()
            try await ahead.wait { $0.hasEnded }
        }
    }

    // MARK: Another log

    @Test
    @available(SwiftSSE 1.0, *)
    func `When the log is replaced streams tell of the gap, and go on with all of the new one`() async throws {
        try await self.withServer(events: 10) { running in
            let id = try running.id(10)
            let clients = [try await running.connect(), try await running.connect(after: id)]
            for client in clients { try await client.wait { $0.itemCount == 2 } }
            running.engine.replaceLog(by: MemoryEngine())
            try await running.append(1...3)
            // Neither has had an event, and each has been given the position that it was at.
            for client in clients {
                try await client.wait { $0.lastEvent == "3" }
                let items = try await client.takeItems().filter { $0 != .comment }
                #expect(items.first == .id(id))
                #expect(items.dropFirst().compactMap { $0.gap ?? $0.event?.data } == ["foreignEpoch", "1", "2", "3"])
            }
            let back = try await running.connect(after: id)
            #expect(try await back.progress.head?["X-Outcome"] == "foreignEpoch")
            let earliest = try await running.connect(after: "earliest")
            try await running.append(4...4)
            for client in clients + [back, earliest] { try await client.wait { $0.lastEvent == "4" } }
            #expect(try await self.data(back).first == "gap foreignEpoch")
            #expect(try await self.data(earliest) == ["1", "2", "3", "4"])
            for client in clients + [back, earliest] { try await client.cut(.close) }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `When the log is replaced streams that may miss nothing end, with the position at which they are told so`()
        async throws
    {
        try await self.withServer(events: 10, overrunPolicy: .end) { running in
            let id = try running.id(10)
            let client = try await running.connect()
            try await client.wait { $0.itemCount == 2 }
            running.engine.replaceLog(by: MemoryEngine())
            try await running.append(1...3)
            try await client.wait { $0.hasEnded }
            #expect(try await client.takeItems().filter { $0 != .comment } == [.id(id)])
            let back = try await running.connect(after: id)
            #expect(try await back.progress.head?["X-Outcome"] == "foreignEpoch")
            try await back.cut(.close)
        }
    }
}
