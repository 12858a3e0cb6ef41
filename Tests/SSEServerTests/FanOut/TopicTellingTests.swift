internal import NIOCore
internal import NIOEmbedded
internal import NIOHTTP1
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEServer

/// Streams that ask for the topics of events.
@Suite(.timeLimit(.minutes(3)))
struct TopicTellingTests {
    @available(SwiftSSE 1.0, *)
    private static func record(_ topics: [String], isPrivate: Bool = false) throws -> LogRecord {
        try LogRecord(
            position: EventPosition(epoch: 1, sequence: 1),
            topics: topics.map { try Topic($0) },
            event: ServerSentEvent(type: "kind", data: "x\ny", id: "1"),
            isPrivate: isPrivate
        )
    }

    @available(SwiftSSE 1.0, *)
    private static func selection(_ wanted: [String], grants: [String] = []) throws -> TopicSelection {
        TopicSelection(try wanted.map { try TopicSelector($0) }, grants: try grants.map { try TopicSelector($0) })
    }

    // MARK: An event

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            // What the stream does not match is not told.
            (["a"], [], ["a", "b"], false, ["topic: a"]),
            (["b", "c"], ["a"], ["a", "b"], false, ["topic: b"]),
            (["*"], [], ["a", "b"], false, ["topic: a", "topic: b"]),
            (["x/{n}"], [], ["x/1", "x/1/2", "x/2"], false, ["topic: x/1", "topic: x/2"]),
            // Of a private event, what is granted as well.
            (["*"], ["b"], ["a", "b"], true, ["topic: b", "private: true"]),
            (["a"], ["b"], ["a", "b"], true, ["private: true"]),
            (["a", "b"], ["*"], ["a", "b", "c"], true, ["topic: a", "topic: b", "private: true"]),
            // A topic cannot look like anything else, as it has no line ends.
            (
                ["*"], [], ["data: evil", " a", "a\u{2028}b"], false,
                ["topic: data: evil", "topic:  a", "topic: a\u{2028}b"]
            ),
        ] as [([String], [String], [String], Bool, [String])]
    )
    func `The topics are told that the stream itself matches, and may have`(
        wanted: [String],
        grants: [String],
        topics: [String],
        isPrivate: Bool,
        lines: [String]
    ) throws {
        let record = try Self.record(topics, isPrivate: isPrivate)
        var budget = MatchBudget.unlimited
        let told = TopicTelling(try Self.selection(wanted, grants: grants)).tell(record, &budget)
        let text = lines.map { $0 + "\n" }.joined()
        #expect(String(decoding: told.frame.event, as: UTF8.self) == text + "event: kind\nid: 1\ndata: x\ndata: y\n\n")
        #expect(told.event == record.event && told.position == record.position && told.topics == record.topics)
        let size = String(told.frame.event.count, radix: 16)
        #expect(Array(told.frame.chunk) == Array("\(size)\r\n".utf8) + told.frame.event + Array("\r\n".utf8))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What it would take too long to find out is left out, and that is told`() throws {
        let templates = (0..<100).map { "{a}{b}{c}{d}{e}{f}{g}!\($0){h}" }
        let record = try Self.record(
            ["own"] + (0..<100).map { String(repeating: "x", count: 2000) + "\($0)" } + ["own too"]
        )
        var budget = MatchBudget(1_000_000)
        let told = TopicTelling(try Self.selection(["own", "own too"] + templates)).tell(record, &budget)
        let lines = String(decoding: told.frame.event, as: UTF8.self).split(separator: "\n")
        #expect(lines.prefix(2) == ["topic: own", "more-topics: true"])
        #expect(told.event == record.event)
        // One comparison more than there is for an event, and what is written.
        #expect((20_000..<60_000).contains(1_000_000 - budget.left))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A slice ends where the budget or the room does, and has one event at least`() throws {
        let telling = TopicTelling(.all)
        func slice() throws -> LogSlice {
            LogSlice(records: try records((0..<10).map { "\($0)" }), cursor: 20, isMissingEvents: false)
        }
        for (units, bytes, count) in [(.max, 1_000_000, 10), (0, 1_000_000, 1), (.max, 0, 1), (300, 1_000_000, 2)] {
            var (slice, budget) = (try slice(), MatchBudget(units))
            telling.tell(&slice, bytes: bytes, &budget)
            #expect(slice.records.count == count)
            #expect(slice.cursor == (count == 10 ? 20 : UInt64(count)))
            for record in slice.records { #expect(record.frame.event.starts(with: "topic: a\n".utf8)) }
        }
    }

    // MARK: Streams

    /// What has been written, without ids.
    @available(SwiftSSE 1.0, *)
    private static func text(_ channel: EmbeddedChannel, isParts: Bool = false) throws -> String {
        var bytes: [UInt8] = []
        if isParts {
            while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
                if case .body(.byteBuffer(let buffer)) = part { bytes += buffer.readableBytesView }
            }
        } else {
            while let next = try channel.readOutbound(as: ByteBuffer.self) { bytes += next.readableBytesView }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.replacing(/id: #[^\n]*\n\n/, with: "").replacing(/id: #[^\n]*\n/, with: "")
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [false, true])
    func `Streams side by side get what each asked for, of the log and live, whoever frames them`(isParts: Bool) throws
    {
        let subscribers = EmbeddedSubscribers()
        try subscribers.publish("1", to: "a", "b")
        let place: StreamPlace =
            isParts ? .behind(.httpServerResponsePart) : .http1(isChunked: false, isNextToSocket: false)
        let streams = try [
            subscribers.subscribe(to: TopicSelection("a"), from: .earliest, details: .topics, at: place).0,
            subscribers.subscribe(to: TopicSelection("a"), from: .earliest, at: place).0,
            subscribers.subscribe(to: .all, from: .earliest, details: .topics, at: place).0,
        ]
        subscribers.run()
        let first = try streams.map { try Self.text($0, isParts: isParts) }
        #expect(first == ["topic: a\ndata: 1\n\n", "data: 1\n\n", "topic: a\ntopic: b\ndata: 1\n\n"])
        try subscribers.publish("2", to: "a", "c")
        subscribers.run()
        let second = try streams.map { try Self.text($0, isParts: isParts) }
        #expect(second == ["topic: a\ndata: 2\n\n", "data: 2\n\n", "topic: a\ntopic: c\ndata: 2\n\n"])
        for channel in streams { _ = try channel.finish() }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What is told to one group is put together once for its members, and for nobody else`() throws {
        let subscribers = EmbeddedSubscribers()
        let asking = try (0..<5).map { _ in try subscribers.subscribe(to: .all, details: .topics) }
        let others = try (0..<5).map { _ in try subscribers.subscribe(to: .all) }
        subscribers.run()
        let shard = asking[0].1.shard.value
        let count = shard.roundBatches.count
        try subscribers.publish("x", to: "a")
        subscribers.run()
        #expect(shard.roundBatches.count == count + 2)
        for (channel, _) in asking {
            #expect(try Self.text(channel).hasSuffix("topic: a\ndata: x\n\n"))
            _ = try channel.finish()
        }
        for (channel, _) in others {
            #expect(try !Self.text(channel).contains("topic"))
            _ = try channel.finish()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Those whom it takes too long to tell the topics get their events on their own, once and in order`()
        throws
    {
        let subscribers = EmbeddedSubscribers()
        let (asking, stream) = try subscribers.subscribe(to: .all, details: .topics)
        let (other, _) = try subscribers.subscribe(to: .all)
        subscribers.run()
        // Much to write for each event, and many at once.
        let topics = try (0..<100).map { try Topic(String(repeating: "x", count: 2000) + "\($0)") }
        let expected = (0..<60).map { "\($0)" }
        for data in expected {
            _ = try subscribers.broker.publishImmediately(Publication(ServerSentEvent(data: data), topics: topics))
        }
        subscribers.eventLoop.advanceTime(by: .microseconds(20))
        #expect(stream.machine?.state == .catchingUp)
        #expect(try other.takeData() == expected)
        for _ in 0..<60 { subscribers.run() }
        #expect(stream.machine?.state == .joined)
        #expect(try asking.takeData() == expected)
        for channel in [asking, other] { _ = try channel.finish() }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A stream that a writer carries is told the same`() async throws {
        let fanOut = FanOut(Broker())
        let sink = TestSink()
        for data in ["1", "2"] {
            try await fanOut.broker.publish(ServerSentEvent(data: data, id: try .init(data)), to: "a")
        }
        let admission = try fanOut.admit(TopicSelection("a"), from: .earliest, details: .topics)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await withEventStream(to: sink) { try await fanOut.serve(admission, to: $0) }
            }
            var writes = sink.begun.makeAsyncIterator()
            for number in 1...2 {
                let text = await writes.next()
                #expect(text == "topic: a\nid: \(number)\ndata: \(number)\n\n")
            }
            group.cancelAll()
            _ = await group.nextResult()
        }
    }
}
