#if NATS
import CNats
import SSEBroker
import SSETestSupport
import Synchronization
import Testing

@testable import SSENATS

/// What the client library's threads still use is not freed.
@Suite(.enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."), .inTurn)
struct JetStreamMemoryTests {
    /// The subscriptions that are over and not freed yet.
    @available(SwiftSSE 1.0, *)
    private static func endedCount(_ engine: JetStreamEngine) -> Int {
        engine.state.withLock { $0.connection }.ended.withLock { $0.count }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `A reading may end while messages for it are on their way`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            for number in 1...100 { try await engine.append("\(number)") }
            try await withThrowingTaskGroup(of: LogSlice.self) { group in
                for _ in 1...50 {
                    // It asks for a thousand and has enough with the first one.
                    group.addTask { try await engine.read(after: 0, .everything, limit: 1000, bytes: 1) }
                }
                for try await slice in group { #expect(slice.records.map(\.event.data) == ["1"]) }
            }
            try await waitUntil { Self.endedCount(engine) == 0 }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `A subscription is freed when the server has answered after its end`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            try await engine.withFollower(after: 0) { received in
                try await engine.append("1")
                try await received.wait(forCount: 1)
                server.pause()
            }
            try await waitUntil { Self.endedCount(engine) == 1 }
            server.resume()
            try await waitUntil { Self.endedCount(engine) == 0 }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `The time for an answer may be over while an event is being sent`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server) { $0.requestTimeout = .milliseconds(300) }
            try await engine.append("0")
            server.pause()
            // More than sockets hold, so that sending waits for the server.
            let data = String(repeating: "x", count: 500_000)
            try await withThrowingTaskGroup(of: PublishReceipt.self) { group in
                for _ in 1...60 { group.addTask { try await engine.append(data) } }
                try await waitUntil {
                    if case .unavailable = await engine.health() { true } else { false }
                }
                server.resume()
                var sequences: Set<UInt64> = []
                for try await receipt in group { sequences.insert(receipt.position.sequence) }
                #expect(sequences == Set(2...61))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A message that comes back while it is being sent is freed by its sender`() throws {
        let pending = PendingPublications()
        let message = try #require(OpaquePointer(bitPattern: 8))
        let failure = NATSFailure(NATS_TIMEOUT, text: "late")
        let count = Mutex(0)
        let completion = { @Sendable (_: PendingPublications.Answer) in count.withLock { $0 += 1 } }
        #expect(pending.add(message, completion))
        #expect(!pending.fail(message, failure))
        #expect(pending.endSending(message))
        // And otherwise by who gets it back.
        #expect(pending.add(message, completion))
        #expect(!pending.endSending(message))
        #expect(pending.acknowledge(message, stream: "S", sequence: 1, isDuplicate: false))
        #expect(count.withLock { $0 } == 2)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who waits is told once, also when the connection is lost in between`() throws {
        let pending = PendingPublications()
        let (first, second) = (OpaquePointer(bitPattern: 8), OpaquePointer(bitPattern: 16))
        let messages = [try #require(first), try #require(second)]
        let count = Mutex(0)
        for message in messages { #expect(pending.add(message) { _ in count.withLock { $0 += 1 } }) }
        #expect(!pending.endSending(messages[0]))
        pending.failAll(isOver: false)
        #expect(count.withLock { $0 } == 2)
        // The library gives them back all the same: one that was sent, and one that is being sent.
        #expect(pending.fail(messages[0], NATSFailure(NATS_TIMEOUT, text: "late")))
        #expect(!pending.fail(messages[1], NATSFailure(NATS_TIMEOUT, text: "late")))
        #expect(pending.endSending(messages[1]))
        #expect(count.withLock { $0 } == 2)
        // A connection that is over takes nothing more, but one that is being sent still has to come back.
        #expect(pending.add(messages[0]) { _ in count.withLock { $0 += 1 } })
        pending.failAll(isOver: true)
        #expect(count.withLock { $0 } == 3)
        #expect(!pending.add(messages[1]) { _ in })
        #expect(!pending.fail(messages[0], NATSFailure(NATS_TIMEOUT, text: "late")))
        #expect(pending.endSending(messages[0]))
        #expect(count.withLock { $0 } == 3)
    }
}
#endif
