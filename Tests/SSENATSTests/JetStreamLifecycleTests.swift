#if NATS
import SSEBroker
import SSETestSupport
import Testing

@testable import SSENATS

/// What happens to a stream and its servers while an engine is on it.
@Suite(.enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."), .inTurn)
struct JetStreamLifecycleTests {
    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `Nothing is lost, doubled or out of order when the server crashes and comes back`(
        program: NATSProgram
    ) async throws {
        try await NATSServer.with(program) { server in
            let engine = try await JetStreamEngine.on(server)
            let epoch = try await engine.bounds().epoch
            try await engine.withFollower(after: 0) { received in
                var receipts: [PublishReceipt] = []
                for round in 0..<3 {
                    try await withThrowingTaskGroup(of: PublishReceipt.self) { group in
                        for number in 0..<200 { group.addTask { try await engine.append("\(round) \(number)") } }
                        // In the midst of it.
                        receipts.append(try #require(try await group.next()))
                        await server.kill()
                        await #expect(throws: BrokerError.self) { try await engine.bounds() }
                        try server.start()
                        for try await receipt in group { receipts.append(receipt) }
                    }
                }
                let sequences = receipts.map(\.position.sequence).sorted()
                #expect(sequences == Array(1...600))
                #expect(receipts.allSatisfy { $0.position.epoch == epoch && !$0.isDuplicate })
                try await received.wait(forCount: 600)
                #expect(received.records.map(\.position.sequence) == Array(1...600))
                #expect(Set(received.records.map(\.event.data)).count == 600)
                // All may have been in the stream before the last crash, and the server still be on its way.
                try await waitUntil { await engine.health() == .healthy }
                #expect(try await engine.bounds() == LogBounds(epoch: epoch, first: 1, last: 600))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `A server that stops for some seconds is waited for`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            let engine = try await JetStreamEngine.on(server)
            try await engine.withFollower(after: 0) { received in
                try await engine.append("before")
                server.pause()
                async let receipt = engine.append("meanwhile")
                try await waitUntil {
                    if case .unavailable = await engine.health() { true } else { false }
                }
                server.resume()
                #expect(try await receipt.position.sequence == 2)
                try await received.wait(forCount: 2)
                #expect(received.records.map(\.event.data) == ["before", "meanwhile"])
                try await waitUntil { await engine.health() == .healthy }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `A stream that is made again is another one`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            let engine = try await JetStreamEngine.on(server)
            let others = try RawNATS(server)
            let before = try await engine.bounds()
            for number in 1...3 { try await engine.append("\(number)") }
            try await engine.withFollower(after: 0) { received in
                try await received.wait(forCount: 3)
                try others.deleteStream()
                guard case .unavailable(let reason) = try await Self.health(of: engine, not: .healthy) else {
                    Issue.record("The engine is healthy without a stream.")
                    return
                }
                #expect(reason == "There is no stream 'SSE' at \(server.url) any more.")
                try others.makeStream()
                let after = try await engine.bounds()
                #expect(after.epoch > before.epoch)
                #expect(after.first == 1 && after.last == 0)
                #expect(try await engine.append("new").position == EventPosition(epoch: after.epoch, sequence: 1))
                try await received.wait { $0.error != nil }
                #expect((received.error as? BrokerError)?.code == .eventsMissed)
                #expect(received.count == 3)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)))
    func `A receipt is of the stream that has the event`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            let others = try RawNATS(server)
            let old = try await engine.append("old").position
            try others.deleteStream()
            try others.makeStream()
            // Nobody has asked the engine for anything meanwhile.
            let new = try await engine.append("new").position
            #expect(new.sequence == 1)
            #expect(new.epoch > old.epoch)
            #expect(try await engine.bounds().epoch == new.epoch)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `A purge moves the beginning`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            let engine = try await JetStreamEngine.on(server)
            let others = try RawNATS(server)
            for number in 1...5 { try await engine.append("\(number)") }
            let epoch = try await engine.bounds().epoch
            try await engine.withFollower(after: 0) { received in
                try await received.wait(forCount: 5)
                try others.purge()
                #expect(try await engine.bounds() == LogBounds(epoch: epoch, first: 6, last: 5))
                try await engine.append("6")
                try await received.wait(forCount: 6)
                #expect(received.error == nil)
            }
            let slice = try await engine.read(after: 2, .everything, limit: 10)
            #expect(slice.isMissingEvents)
            #expect(slice.records.map(\.position.sequence) == [6])
            #expect(slice.cursor == 6)
            let error = await thrownError { try await engine.follow(after: 2) { _ in } }
            #expect((error as? BrokerError)?.code == .eventsMissed)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `Limits let go of the oldest events`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            let engine = try await JetStreamEngine.on(server) { $0.retention.events = 10 }
            for number in 1...25 { try await engine.append("\(number)", to: number % 2 == 0 ? "even" : "odd") }
            let bounds = try await engine.bounds()
            #expect(bounds.first == 16 && bounds.last == 25)
            let slice = try await engine.read(after: 15, .everything, limit: 100)
            #expect(slice.records.map(\.position.sequence) == Array(16...25))
            #expect(!slice.isMissingEvents)
            #expect(try await engine.read(after: 14, .everything, limit: 100).isMissingEvents)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)))
    func `Nobody's consumers are left behind`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            let others = try RawNATS(server)
            for number in 1...50 { try await engine.append("\(number)") }
            for _ in 1...5 { _ = try await engine.read(after: 0, .everything, limit: 50) }
            try await engine.withFollower(after: 0) { received in
                try await received.wait(forCount: 50)
                #expect(try others.consumerCount() >= 1)
            }
            try await waitUntil { try others.consumerCount() == 0 }
        }
    }

    /// Waits until an engine is otherwise than it was.
    @available(SwiftSSE 1.0, *)
    private static func health(of engine: JetStreamEngine, not old: EngineHealth) async throws -> EngineHealth {
        var health = old
        try await waitUntil {
            health = await engine.health()
            return health != old
        }
        return health
    }
}
#endif
