#if NATS
import CNats
import SSETestSupport
import Testing

@testable import SSEBroker
@testable import SSENATS

/// What a hostile client can have the servers and the engine keep, and do.
@Suite(.enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."), .inTurn)
struct JetStreamBoundsTests {
    /// An event with as many long topics as servers take: its headers have no more than 64 KB.
    @available(SwiftSSE 1.0, *)
    private static func publication(_ number: Int) throws -> Publication {
        var random = SeededGenerator(seed: 1)
        var publication = try HostileEvents.longTopics.publication(number, using: &random)
        publication.topics.removeSubrange(25...)
        return publication
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `An event with more topics than servers take is too large`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            var random = SeededGenerator(seed: 1)
            let publication = try HostileEvents.longTopics.publication(1, using: &random)
            let error = await #expect(throws: BrokerError.self) { _ = try await engine.append(publication) }
            #expect(error?.code == .eventTooLarge)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `The servers count topics and ids among the bytes that a stream may have`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server) {
                $0.retention = Retention(events: 10_000, bytes: 1_000_000, age: nil)
            }
            var random = SeededGenerator(seed: 1)
            for number in 0..<50 {
                _ = try await engine.append(Self.publication(number))
                _ = try await engine.append(HostileEvents.longIDs.publication(number, using: &random))
                _ = try await engine.append(HostileEvents.longTypes.publication(number, using: &random))
            }
            let bounds = try await engine.bounds()
            #expect(bounds.first > 1)
            var cursor = bounds.first - 1
            var byteCount = 0
            while cursor < bounds.last {
                let slice = try await engine.read(after: cursor, .everything, limit: 100)
                byteCount += slice.records.reduce(0) { $0 + $1.byteCount }
                cursor = slice.cursor
            }
            // Of a topic the record counts its place as well.
            #expect(byteCount <= 1_000_000 + 20 * 25 * 16 && byteCount > 500_000, "\(byteCount)")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `What waits for a follower counts with its topics`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            _ = try await engine.append(Self.publication(1))
            let inbox = MessageInbox()
            let connection = try await engine.connection()
            let consumer = try await engine.calls.run { () throws(BrokerError) in
                do throws(NATSFailure) {
                    return try Consumer(of: "SSE", after: 0, to: inbox, connection)
                } catch {
                    throw BrokerError("A test", error)
                }
            }
            try await waitUntil { inbox.byteCount > 0 }
            #expect((51_200..<54_000).contains(inbox.byteCount))
            engine.calls.start { consumer.stop() }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `While many compare what costs much, the threads are everybody's`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            let long = String(repeating: "x", count: 500) + "/" + String(repeating: "y", count: 500)
            let topics = try (0..<10).map { try Topic(long + "/x\($0)") }
            _ = try await engine.append(Publication(ServerSentEvent(data: ""), topics: topics))
            let selection = TopicSelection(try (0..<50).map { try TopicSelector("{a}/{b}/\($0)") })
            let gate = Turnstile()
            try await withThrowingTaskGroup(of: LogSlice.self) { group in
                // More than there are threads.
                for _ in 0..<9 {
                    group.addTask {
                        try await MatchTurns.$pause.withValue({ _ = await thrownError { try await gate.pass() } }) {
                            try await engine.read(after: 0, selection, limit: 10)
                        }
                    }
                }
                try await gate.waitForWaiters(9)
                #expect(try await engine.read(after: 0, .everything, limit: 10).records.count == 1)
                #expect(try await engine.append("2").position.sequence == 2)
                gate.open()
                for try await slice in group { #expect(slice.records.isEmpty && slice.cursor >= 1) }
            }
        }
    }
}
#endif
