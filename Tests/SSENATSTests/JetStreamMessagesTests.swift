#if NATS
import Foundation
import SSEBroker
import SSETestSupport
import Testing

@testable import SSENATS

/// What is in a stream, and who put it there.
@Suite(.enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."), .inTurn(seconds: 300))
struct JetStreamMessagesTests {
    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)))
    func `others' messages are events if they can be, and holes if not`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            let others = try RawNATS(server)
            try others.publish("sse.books.1", Array("plain".utf8))
            try others.publish(
                "sse.a",
                Array("full".utf8),
                headers: [
                    ("Sse-Topics", "a b%2Fc"), ("Sse-Id", "x%20y"), ("Sse-Type", "t"), ("Sse-Retry", "1500"),
                    ("Sse-Private", "no matter what"),
                ]
            )
            try others.publish("sse.bad", [0xFF, 0x0A, 0x00, 0x0D])
            try others.publish("sse.%", [])
            try others.publish("sse.%zz", Array("no topic".utf8))
            try others.publish("sse.a", [], headers: [("Sse-Topics", "a %FF")])
            try others.publish(
                "sse.a",
                Array("odd".utf8),
                headers: [
                    ("Sse-Id", "%23k-1"), ("Sse-Type", "%0A"), ("Sse-Retry", "99999999999999999999"), ("Sse-Id", "2"),
                    ("Status", "100"), ("Nats-Last-Consumer", "77"),
                ]
            )
            try others.publish("sse.a", [], headers: [("Sse-Id", "earliest"), ("Sse-Retry", "-1")])
            try others.publish("sse.a", [], headers: [("Sse-Topics", "")])
            try others.publish("sse.a", Array("last".utf8))

            try await engine.withFollower(after: 0) { received in
                try await received.wait { $0.records.count >= 10 || $0.error != nil }
                let records = received.records
                #expect(records.map(\.position.sequence) == Array(1...10))
                #expect(
                    records.map { $0.topics.map(\.rawValue) } == [
                        ["books/1"], ["a", "b/c"], [], [], [], [], ["a"], ["a"], ["a"], ["a"],
                    ]
                )
                #expect(records.filter(\.isHole).map(\.position.sequence) == [3, 4, 5, 6])
                #expect(
                    records[1].event == ServerSentEvent(type: "t", data: "full", id: "x y", retry: .milliseconds(1500))
                )
                #expect(records.map(\.isPrivate) == [false, true, true, true, true, true, false, false, false, false])
                #expect(records[6].publisherID == nil && records[6].event.type == .message)
                #expect(records[6].event.retry == nil)
                #expect(records[7].publisherID == nil)
                let slice = try await engine.read(after: 0, .everything, limit: 100)
                #expect(slice.records.map(\.frame.chunk) == records.map(\.frame.chunk))
                #expect(try await engine.read(after: 0, .all, limit: 100).records.count == 5)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `Deleted events are holes that nobody gets`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            let engine = try await JetStreamEngine.on(server)
            let others = try RawNATS(server)
            for number in 1...40 { try await engine.append("\(number)") }
            for number in [2, 3, 20, 39, 40] as [UInt64] { try others.delete(number) }
            let kept = (1...40).filter { ![2, 3, 20, 39, 40].contains($0) }.map(UInt64.init)
            try await engine.withFollower(after: 0) { received in
                try await received.wait(forCount: 38)
                // What is at the end nobody tells of, until there is something behind it.
                try await engine.append("41")
                try await received.wait(forCount: 41)
                #expect(received.records.map(\.position.sequence) == Array(1...41))
                #expect(received.records.filter { !$0.isHole }.map(\.position.sequence) == kept + [41])
            }
            var cursor: UInt64 = 0
            var found: [LogRecord] = []
            while cursor < 41 {
                let slice = try await engine.read(after: cursor, .everything, limit: 15)
                #expect(!slice.isMissingEvents)
                try #require(slice.cursor > cursor)
                found += slice.records
                cursor = slice.cursor
            }
            #expect(found.map(\.position.sequence) == Array(1...41))
            #expect(
                try await engine.read(after: 0, TopicSelection("t"), limit: 100).records.map(\.position.sequence)
                    == kept + [41]
            )

            let broker = try await Broker(engine: engine)
            try await broker.withSubscription(to: .everything, from: .earliest) { items in
                var sequences: [UInt64] = []
                for try await case .event(let record) in items {
                    sequences.append(record.position.sequence)
                    if record.position.sequence == 41 { break }
                }
                #expect(sequences == kept + [41])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)))
    func `Events travel unchanged`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            let long = try Topic(String(repeating: "lång/", count: 200))
            let publications = [
                Publication(ServerSentEvent(data: ""), topics: ["t"]),
                Publication(ServerSentEvent(data: " a\r\nb\n\nc\r", id: "i d%"), topics: [long]),
                Publication(ServerSentEvent(type: "tÿpe ", data: "x", retry: .seconds(0)), topics: ["a b", long, "%"]),
                Publication(
                    ServerSentEvent(bytes: Array(repeating: 0x20, count: 500_000)),
                    topics: ["/"],
                    isPrivate: true
                ),
            ]
            for publication in publications { _ = try await engine.append(publication) }
            let records = try await engine.read(after: 0, .everything, limit: 10).records
            #expect(records.map(\.topics) == publications.map(\.topics))
            #expect(records.map(\.isPrivate) == publications.map(\.isPrivate))
            #expect(records.map(\.publisherID) == publications.map { $0.event.id?.rawValue })
            let now = Duration.seconds(Date.now.timeIntervalSince1970)
            for time in records.map(\.time) {
                #expect(time.map { now - $0 < .seconds(600) && $0 - now < .seconds(5) } == true)
            }
            for (record, publication) in zip(records, publications) {
                let expected = try LogRecord(
                    position: record.position,
                    topics: publication.topics,
                    event: publication.event
                )
                #expect(record.frame.chunk == expected.frame.chunk)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)))
    func `An event that is too large or no text is refused and nothing else`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            let noText = Publication(ServerSentEvent(bytes: [0xFF]), topics: ["t"])
            let refusal = await thrownError { _ = try await engine.append(noText) }
            #expect((refusal as? BrokerError)?.code == .invalidEvent)
            let large = ServerSentEvent(data: String(repeating: "x", count: 2 * 1024 * 1024))
            let error = await thrownError { _ = try await engine.append(Publication(large, topics: ["t"])) }
            #expect((error as? BrokerError)?.code == .eventTooLarge)
            #expect(try await engine.append("small").position.sequence == 1)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `Engines on one stream are one`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            let engines = [try await JetStreamEngine.on(server), try await JetStreamEngine.on(server)]
            #expect(try await engines[0].bounds() == engines[1].bounds())
            let first = try await engines[0].append("once", key: "the key")
            let second = try await engines[1].append("once", key: "the key")
            #expect(!first.isDuplicate && second.isDuplicate)
            #expect(first.position == second.position && first.id == second.id)
            // Without a key, or with an empty one, the same is not the same.
            #expect(try await engines[0].append("once").position.sequence == 2)
            #expect(try await !engines[0].append("empty", key: "").isDuplicate)
            #expect(try await engines[1].append("empty", key: "").isDuplicate)

            try await engines[0].withFollower(after: 0) { one in
                try await engines[1].withFollower(after: 0) { other in
                    try await withThrowingDiscardingTaskGroup { group in
                        for (index, engine) in engines.enumerated() {
                            group.addTask {
                                for number in 0..<100 { try await engine.append("\(index) \(number)") }
                            }
                        }
                    }
                    try await one.wait(forCount: 203)
                    try await other.wait(forCount: 203)
                    #expect(one.records.map(\.position.sequence) == Array(1...203))
                    #expect(one.records.map(\.frame.chunk) == other.records.map(\.frame.chunk))
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)))
    func `A duplicate has the first event's id`() async throws {
        try await NATSServer.with(try .any) { server in
            let engine = try await JetStreamEngine.on(server)
            let first = ServerSentEvent(data: "x", id: "first")
            let second = ServerSentEvent(data: "x", id: "second")
            _ = try await engine.append(Publication(first, topics: ["t"], idempotencyKey: "k"))
            let receipt = try await engine.append(Publication(second, topics: ["t"], idempotencyKey: "k"))
            #expect(receipt.isDuplicate && receipt.id == "first")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(10)), arguments: NATSProgram.all)
    func `A slow follower gets all of 200,000 events`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            let engine = try await JetStreamEngine.on(server) { $0.retention.events = 1_000_000 }
            let count = 200_000
            let tally = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        try await engine.follow(after: 0) { records throws(BrokerError) in tally.take(records) }
                    } catch is CancellationError {}
                }
                // No more at a time than a server buffers; newer ones drop what is above that, since nobody waits for
                // an answer.
                let raw = try RawNATS(server)
                for last in stride(from: 5000, through: count, by: 5000) {
                    try raw.publishWithoutWaiting("sse.t", count: 5000)
                    try await waitUntil { try await engine.bounds().last >= UInt64(last) }
                }
                try await waitUntil(within: .seconds(300)) { tally.last >= UInt64(count) || tally.isBroken }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(tally.last == UInt64(count))
            #expect(!tally.isBroken)
        }
    }
}
#endif
