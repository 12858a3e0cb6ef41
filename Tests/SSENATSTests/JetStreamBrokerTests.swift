#if NATS
import SSEBroker
import SSETestSupport
import Testing

@testable import SSENATS

/// A broker whose log is a stream.
@Suite(.enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."), .inTurn)
struct JetStreamBrokerTests {
    /// Runs a broker for the time of a closure.
    @available(SwiftSSE 1.0, *)
    private static func with(
        _ engine: JetStreamEngine,
        _ configuration: BrokerConfiguration = .defaults,
        _ body: (Broker) async throws -> Void
    ) async throws {
        let broker = try await Broker(engine: engine, configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await broker.run() } catch is CancellationError {}
            }
            try await body(broker)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `A subscriber of a quiet topic resumes without a gap`() async throws {
        try await NATSServer.with(try .any) { server in
            var configuration = BrokerConfiguration.defaults
            configuration.retention.events = 50
            try await Self.with(try await JetStreamEngine.on(server), configuration) { try await checkQuietTopic($0) }
        }
    }

    /// As after a loss of power, or when somebody puts a copy of the files back.
    ///
    /// - Parameter newCount: The events that are published before the brokers can look at the stream: fewer than it has
    ///   lost, so that it ends too early, or more.
    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: [0, 2, 6])
    func `A stream that was set back is another log, for all brokers`(newCount: Int) async throws {
        try await NATSServer.with(try .any) { server in
            let engines = [try await JetStreamEngine.on(server), try await JetStreamEngine.on(server)]
            for number in 1...3 { try await engines[0].append("old \(number)") }
            await server.kill()
            try server.copyFiles()
            try server.start()
            for engine in engines { try await waitUntil { await engine.health() == .healthy } }
            for number in 4...7 { try await engines[0].append("lost \(number)") }
            try await Self.with(engines[0]) { first in
                try await Self.with(engines[1]) { second in
                    let epoch = first.bounds.epoch
                    for broker in [first, second] { try await waitUntil { broker.bounds.last == 7 } }
                    try await first.withSubscription(to: .everything) { items in
                        await server.kill()
                        try server.putBackFiles()
                        try server.start()
                        let third = try await JetStreamEngine.on(server)
                        for number in 0..<newCount { try await third.append("new \(number)") }
                        try await waitUntil {
                            let epochs = [first.bounds.epoch, second.bounds.epoch]
                            return epochs[0] == epochs[1] && epochs[0] != epoch
                        }
                        let receipt = try await first.publish(ServerSentEvent(data: "latest"), to: "t")
                        #expect(receipt.position.epoch == first.bounds.epoch)
                        #expect(receipt.position.sequence == UInt64(4 + newCount))
                        var iterator = items.makeAsyncIterator()
                        guard case .gap(let gap)? = try await iterator.next() else {
                            Issue.record("No gap was told.")
                            return
                        }
                        #expect(gap == .foreignEpoch)
                        var numbers: [UInt64] = []
                        while numbers.last != receipt.position.sequence,
                            case .event(let record)? = try await iterator.next()
                        {
                            #expect(record.position.epoch == receipt.position.epoch)
                            numbers.append(record.position.sequence)
                        }
                        // With what the copy had.
                        #expect(numbers.prefix(3) == [1, 2, 3])
                    }
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)))
    func `What has left the broker's copy is read from the stream, but for holes`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            let others = try RawNATS(server)
            for number in 1...300 { try await engine.append("\(number)") }
            for number in [1, 17, 290] as [UInt64] { try others.delete(number) }
            var configuration = BrokerConfiguration.defaults
            configuration.retention.events = 20
            try await Self.with(engine, configuration) { broker in
                #expect(broker.bounds.first == 281)
                for selection in [TopicSelection.everything, .all, TopicSelection("t")] {
                    try await broker.withSubscription(to: selection, from: .earliest) { items in
                        var numbers: [UInt64] = []
                        for try await item in items {
                            guard case .event(let record) = item else {
                                Issue.record("\(item)")
                                break
                            }
                            numbers.append(record.position.sequence)
                            if record.position.sequence == 300 { break }
                        }
                        #expect(numbers == (2...300).filter { $0 != 17 && $0 != 290 })
                    }
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `A broker goes on when the stream has been made again, and tells of it`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            let engine = try await JetStreamEngine.on(server)
            let others = try RawNATS(server)
            try await Self.with(engine) { broker in
                let old = try await broker.publish(ServerSentEvent(data: "old"), to: "t")
                try await broker.withSubscription(to: .all, from: .earliest) { items in
                    var iterator = items.makeAsyncIterator()
                    let first = try await iterator.next()
                    guard case .event(let record)? = first, record.event.data == "old" else {
                        Issue.record("\(String(describing: first))")
                        return
                    }
                    try others.deleteStream()
                    try others.makeStream()
                    try await waitUntil { broker.bounds.epoch != old.position.epoch }
                    let new = try await broker.publish(ServerSentEvent(data: "new"), to: "t")
                    #expect(new.position.sequence == 1)
                    var gaps = 0
                    while let item = try await iterator.next() {
                        guard case .event(let record) = item else {
                            gaps += 1
                            continue
                        }
                        #expect(record.event.data == "new")
                        #expect(record.position == new.position)
                        break
                    }
                    #expect(gaps == 1)
                }
                // One who comes back is told so.
                try await broker.withSubscription(to: .all, from: .after(id: old.id)) { items in
                    #expect(items.outcome == .gap(.foreignEpoch))
                }
            }
        }
    }
}
#endif
