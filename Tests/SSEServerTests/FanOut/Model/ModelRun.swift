internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents

/// Publishers and clients who do whatever a seed says, and a model of what must come of it.
@available(SwiftSSE 1.0, *)
struct ModelRun {
    private static let rounds = 6
    /// How many events a publisher publishes in a round, and in the end.
    private static let eventsOfRound = 60

    private let server: FanOutServer
    private let setting: ModelSetting
    private let log = ModelLog()
    private var publishers: [ModelPublisher] = []
    /// The first stalls for long at the beginning, so that in each run the server meets a socket that is full.
    private var clients: [ModelClient] = []
    private var generator: SeededGenerator
    private var sentinelCount = 0

    /// Runs a server and all that uses it.
    ///
    /// - Throws: ``ModelMismatch`` with the seed.
    static func run(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let setting = ModelSetting(using: &generator)
        do {
            try await withFanOutServer(Broker(configuration: setting.broker), setting.fanOut) { [generator] server in
                var run = try await ModelRun(server, setting, generator)
                try await run.run()
            }
        } catch {
            throw ModelMismatch("\(error) To replay: SSE_MODEL_SEED=\(seed). \(setting)")
        }
    }

    /// The same with an engine that keeps everything, of which the broker has a copy of very little.
    ///
    /// - Throws: ``ModelMismatch`` with the seed.
    static func runOnEngine(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let setting = ModelSetting(using: &generator, isTight: false)
        let engine = SteeredEngine(MemoryEngine(configuration: setting.broker))
        var configuration = setting.broker
        configuration.retention.events = Int.random(in: 1...60, using: &generator)
        configuration.engineReads = Int.random(in: 1...4, using: &generator)
        do {
            let broker = try await Broker(engine: engine, configuration: configuration)
            try await withThrowingTaskGroup { group in
                group.addTask { try await broker.run() }
                let bounds = { @Sendable in (try? engine.log.bounds()) ?? broker.bounds }
                try await withFanOutServer(broker, setting.fanOut, bounds: bounds) { [generator] server in
                    var run = try await ModelRun(server, setting, generator)
                    try await run.run()
                }
                group.cancelAll()
                _ = await group.nextResult()
            }
            guard engine.count(of: .read) > 0 else { throw ModelMismatch("Nothing was read from the engine.") }
        } catch {
            throw ModelMismatch("\(error) To replay: SSE_MODEL_SEED=\(seed). \(setting)")
        }
    }

    private init(_ server: FanOutServer, _ setting: ModelSetting, _ generator: SeededGenerator) async throws {
        self.server = server
        self.setting = setting
        self.generator = generator
        for number in 0..<setting.publisherCount {
            let seed = self.generator.next()
            self.publishers.append(ModelPublisher(name: "p\(number)", server.broker, self.log, seed: seed))
        }
        for number in 0..<setting.clientCount {
            self.clients.append(
                try await ModelClient(
                    name: "c\(number)",
                    server,
                    setting,
                    self.log,
                    selection: number == 0 ? .all : nil,
                    buffers: number == 0 ? .small : nil,
                    seed: self.generator.next()
                )
            )
        }
    }

    private mutating func run() async throws {
        try await self.clients[0].setStalled(true)
        for round in 0..<Self.rounds {
            try await self.playRound(sleepers: round < 2 ? 1 : 0)
            if round == 1 { try await self.endLongStall() }
            if round % 2 == 1 { try await self.compare() }
        }
        try await self.end()
    }

    /// Everybody does something at the same time.
    ///
    /// - Parameter sleepers: How many of the clients do nothing.
    private mutating func playRound(sleepers: Int) async throws {
        let count = Self.eventsOfRound * 3 / self.publishers.count
        async let publishers = Self.forEach(self.publishers) { try await $0.publish(count) }
        async let clients = self.forEach(self.clients[sleepers...]) { try await $0.act() }
        self.publishers = try await publishers
        self.clients.replaceSubrange(sleepers..., with: try await clients)
    }

    /// The first client reads again, and it must be seen that the server could not send all this time.
    private mutating func endLongStall() async throws {
        let byteCount = try self.log.all().reduce(0) { $0 + $1.data.utf8.count }
        guard byteCount > StreamConnection.Buffers.smallByteCount else {
            throw ModelMismatch("Only \(byteCount) bytes were published, for which no socket is too small.")
        }
        try await self.clients[0].setStalled(false)
        try await self.compare()
        let overruns = self.clients[0].session.cursor?.overrunCount ?? 0
        guard self.setting.endsStreams || self.setting.isTight == (overruns > 0) else {
            throw ModelMismatch("The client that stalled has been told of \(overruns) overruns.")
        }
    }

    /// Publishes an event for everybody, waits until those who read have got it, and looks at what else they have got.
    private mutating func compare() async throws {
        let last = try await self.publishForAll()
        let isPatient = Bool.random(using: &self.generator)
        self.clients = try await self.forEach(self.clients[...]) { client in
            if isPatient { try await client.setStalled(false) }
            if !client.isStalled { try await client.catchUp(to: last) }
        }
        try await self.check()
        let count = self.clients.count
        // Those who have left leave nothing behind.
        if !self.setting.endsStreams {
            try await waitUntil { self.server.broker.subscriptionCount == count }
        }
    }

    private mutating func publishForAll() async throws -> ModelEvent {
        self.sentinelCount += 1
        let event = ServerSentEvent(data: "sentinel \(self.sentinelCount)")
        let publication = Publication(event, topics: try ModelSelection.topics.map { try Topic($0) })
        self.log.append(publication, try await self.server.broker.publish(publication))
        guard let last = try self.log.all().last else { throw ModelMismatch("Nothing was published.") }
        return last
    }

    private mutating func check() async throws {
        let events = try self.log.all()
        let first = self.server.bounds().first
        self.clients = try await self.forEach(self.clients[...]) { try await $0.check(events, first: first) }
    }

    /// The server shuts down while there is still much to send.
    private mutating func end() async throws {
        self.clients = try await self.forEach(self.clients[...]) { try await $0.setStalled(false) }
        try await self.compare()
        let count = Self.eventsOfRound * 3 / self.publishers.count
        self.publishers = try await Self.forEach(self.publishers) { try await $0.publish(count) }
        let last = try await self.publishForAll()
        try await waitUntil { self.server.broker.bounds.last >= last.sequence }
        self.server.stop()
        self.clients = try await self.forEach(self.clients[...]) { try await $0.readToEnd(last) }
        try await self.check()
    }

    // MARK: At the same time

    private func forEach(
        _ clients: ArraySlice<ModelClient>,
        _ body: @escaping @Sendable (inout ModelClient) async throws -> Void
    ) async throws -> [ModelClient] {
        try await Self.forEach(Array(clients)) { client in
            do {
                try await body(&client)
            } catch {
                throw ModelMismatch("\(client.name): \(error)")
            }
        }
    }

    private static func forEach<Value: Sendable>(
        _ values: [Value],
        _ body: @escaping @Sendable (inout Value) async throws -> Void
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            for (index, value) in values.enumerated() {
                group.addTask {
                    var value = value
                    try await body(&value)
                    return (index, value)
                }
            }
            var result = values
            for try await (index, value) in group { result[index] = value }
            return result
        }
    }
}
