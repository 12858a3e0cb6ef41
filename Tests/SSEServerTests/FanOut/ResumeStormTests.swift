internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// All are cut at once, and come back at once, as after a proxy's restart.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ResumeStormTests {
    private static let count = 200

    @Test
    @available(SwiftSSE 1.0, *)
    func `200 subscribers who are cut at once and come back while publishing goes on miss nothing`() async throws {
        let broker = Broker()
        try await withFanOutServer(broker) { server in
            let log = ModelLog()
            var publisher = ModelPublisher(name: "p", broker, log, seed: 4)
            let setting = ModelSetting.plain
            var clients: [ModelClient] = []
            for number in 0..<Self.count {
                clients.append(
                    try await ModelClient(
                        name: "c\(number)",
                        server,
                        setting,
                        log,
                        selection: number % 2 == 0 ? .all : ModelSelection(selectors: ["a", "rooms/{name}"]),
                        buffers: .standard,
                        seed: UInt64(number)
                    )
                )
            }
            try await publisher.publish(20)
            async let published = Self.publish(40, publisher)
            try await withThrowingTaskGroup(of: (Int, ModelClient).self) { group in
                for (number, client) in clients.enumerated() {
                    group.addTask {
                        var client = client
                        try await client.cutAndResume(.reset)
                        return (number, client)
                    }
                }
                for try await (number, client) in group { clients[number] = client }
            }
            _ = try await published
            let last = Publication(
                ServerSentEvent(data: "last"),
                topics: try ModelSelection.topics.map { try Topic($0) }
            )
            log.append(last, try await broker.publish(last))
            let events = try log.all()
            let end = try #require(events.last)
            for index in clients.indices {
                try await clients[index].catchUp(to: end)
                try await clients[index].check(events, first: 1)
                #expect(clients[index].session.cursor?.isComplete(events) == true)
            }
            try await waitUntil { broker.subscriptionCount == Self.count }
        }
    }

    @available(SwiftSSE 1.0, *)
    private static func publish(_ count: Int, _ publisher: ModelPublisher) async throws -> ModelPublisher {
        var publisher = publisher
        try await publisher.publish(count)
        return publisher
    }
}
