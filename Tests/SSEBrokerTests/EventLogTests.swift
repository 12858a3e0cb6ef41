import SSETestSupport
import ServerSentEvents
import Testing

@testable import SSEBroker

struct EventLogTests {
    @available(SwiftSSE 1.0, *)
    private func log(
        retention: Retention,
        topics: [[Topic]],
        secondsApart: Int = 0,
        isPrivate: (Int) -> Bool = { _ in false }
    ) throws -> EventLog {
        var log = EventLog(epoch: 1, retention: retention)
        for (index, topics) in topics.enumerated() {
            let event = ServerSentEvent(data: "\(index + 1)")
            let record = try LogRecord(
                position: log.nextPosition,
                topics: topics,
                event: event,
                isPrivate: isPrivate(index)
            )
            log.append(record, at: .seconds(index * secondsApart))
        }
        return log
    }

    @available(SwiftSSE 1.0, *)
    private func sequences(_ log: EventLog, after cursor: UInt64, _ selection: TopicSelection, limit: Int = 100)
        -> [UInt64]
    {
        log.read(after: cursor, through: .max, selection, limit: limit).records.map(\.position.sequence)
    }

    // MARK: Holes

    @available(SwiftSSE 1.0, *)
    @Test func `Nobody gets a number without an event`() throws {
        var log = EventLog(epoch: 1, retention: Retention(events: 4))
        for number in 1...3 as ClosedRange<UInt64> {
            log.append(.hole(at: log.nextPosition), at: .zero)
            let event = ServerSentEvent(data: "\(number)")
            log.append(try LogRecord(position: log.nextPosition, topics: ["a"], event: event), at: .zero)
        }
        log.append(.hole(at: log.nextPosition), at: .zero)
        #expect(log.bounds == LogBounds(epoch: 1, first: 4, last: 7))
        let selections: [TopicSelection] = [
            .everything, .all, TopicSelection("a"), TopicSelection([try TopicSelector("{id}")], grants: [.all]),
        ]
        for selection in selections {
            let slice = log.read(after: 3, through: .max, selection, limit: 10)
            #expect(slice.records.map(\.position.sequence) == [4, 6])
            #expect(slice.cursor == 7)
            #expect(!selection.matches(.hole(at: EventPosition(epoch: 1, sequence: 9))))
        }
        #expect(log.id(of: 5) == "#1-5")
        // When the holes are gone, nothing is looked through for them.
        for _ in 1...4 {
            log.append(
                try LogRecord(position: log.nextPosition, topics: ["a"], event: ServerSentEvent(data: "")),
                at: .zero
            )
        }
        #expect(self.sequences(log, after: 7, .everything) == [8, 9, 10, 11])
    }

    // MARK: Retention

    @available(SwiftSSE 1.0, *)
    @Test func `As many events are kept as the retention says`() throws {
        let log = try self.log(
            retention: Retention(events: 3, bytes: .max, age: nil),
            topics: Array(repeating: ["a"], count: 10)
        )
        #expect(log.bounds == LogBounds(epoch: 1, first: 8, last: 10))
        #expect(self.sequences(log, after: 7, "a") == [8, 9, 10])
    }

    @available(SwiftSSE 1.0, *)
    @Test func `As many bytes are kept as the retention says`() throws {
        let topics = Array(repeating: ["a"] as [Topic], count: 300)
        let size = try self.log(retention: Retention(bytes: .max), topics: Array(topics.prefix(100))).byteCount
        let log = try self.log(retention: Retention(bytes: size), topics: topics)
        #expect(log.byteCount <= size)
        #expect(log.last == 300)
        // The room that the log has for more counts as well, and the allocator gives some events more than they ask for.
        #expect(log.first > 180 && log.first < 240)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Events are kept until they are too old`() throws {
        let topics = Array(repeating: ["a"] as [Topic], count: 10)
        var log = try self.log(
            retention: Retention(events: 100, bytes: .max, age: .seconds(3)),
            topics: topics,
            secondsApart: 1
        )
        #expect(log.bounds == LogBounds(epoch: 1, first: 7, last: 10))
        _ = log.removeExpired(at: .seconds(12))
        #expect(log.bounds == LogBounds(epoch: 1, first: 10, last: 10))
        _ = log.removeExpired(at: .seconds(13))
        #expect(log.bounds == LogBounds(epoch: 1, first: 11, last: 10))
        #expect(self.sequences(log, after: 10, .all) == [])
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An event larger than the retention is kept alone`() throws {
        let log = try self.log(retention: Retention(events: 5, bytes: 1, age: nil), topics: [["a"], ["a"], ["a"]])
        #expect(log.bounds == LogBounds(epoch: 1, first: 3, last: 3))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What has left the log is missed`() throws {
        let log = try self.log(
            retention: Retention(events: 3, bytes: .max, age: nil),
            topics: Array(repeating: ["a"], count: 10)
        )
        #expect(!log.read(after: 7, through: .max, .all, limit: 1).isMissingEvents)
        #expect(log.read(after: 6, through: .max, .all, limit: 1).isMissingEvents)
        #expect(self.sequences(log, after: 0, .all) == [8, 9, 10])
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What has left the log is missed by those who may have wanted it`() throws {
        let log = try self.log(
            retention: Retention(events: 3, bytes: .max, age: nil),
            topics: [["a"], ["b", "c"]] + Array(repeating: ["d"], count: 10)
        )
        func isMissing(_ selection: TopicSelection, after cursor: UInt64) -> Bool {
            log.read(after: cursor, through: .max, selection, limit: 1).isMissingEvents
        }
        #expect(isMissing(TopicSelection("a"), after: 0) && !isMissing(TopicSelection("a"), after: 1))
        #expect(isMissing(TopicSelection("c"), after: 1) && !isMissing(TopicSelection("c"), after: 2))
        #expect(isMissing(TopicSelection("x", "b"), after: 1) && !isMissing(TopicSelection("x", "b"), after: 2))
        #expect(!isMissing(TopicSelection("x"), after: 0))
        #expect(isMissing(TopicSelection("d"), after: 8) && !isMissing(TopicSelection("d"), after: 9))
        // What others want may be anything.
        for selection in [.all, .everything, TopicSelection([try TopicSelector("{x}!")])] {
            #expect(isMissing(selection, after: 8) && !isMissing(selection, after: 9))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Of topics without number that have left the log, the latest are known`() throws {
        for bytes in [0, 96 * 10, 96 * 100] {
            var departed = DepartedTopics(after: 100, bytes: bytes)
            #expect(departed.mayHaveHad(["x"], after: 99) && !departed.mayHaveHad(["x"], after: 100))
            let limit = UInt64(max(1, bytes / 96))
            for sequence in 101...1100 as ClosedRange<UInt64> {
                departed.note([try Topic("\(sequence)"), try Topic("\(sequence) too")], of: sequence)
                for topics in try [["\(sequence)"], ["\(sequence) too"], ["x", "\(sequence)"]].map({
                    try $0.map { try Topic($0) }
                }) {
                    #expect(departed.mayHaveHad(topics, after: sequence - 1))
                    #expect(!departed.mayHaveHad(topics, after: sequence))
                }
            }
            // What is known reaches back for as many topics as there may be, and never too far.
            let known = (100...1100 as ClosedRange<UInt64>).filter { !departed.mayHaveHad(["x"], after: $0) }.count
            #expect(known >= Int(limit) / 2 && known <= Int(limit) + 2, "\(bytes): \(known)")
            #expect(departed.byteCount <= bytes + 1024)
        }
    }

    // MARK: Reading

    /// Every way of reading against the obvious one, over random logs.
    @available(SwiftSSE 1.0, *)
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `Reading finds what filtering would`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let names: [Topic] = ["a", "b", "c", "x/1", "x/2"]
        let topics = (0..<Int.random(in: 0...80, using: &random)).map { _ in
            (0...Int.random(in: 0...2, using: &random)).map { _ in names.randomElement(using: &random) ?? "a" }
        }
        let kept = Int.random(in: 1...60, using: &random)
        // In every other log none is, which is read by a shorter way.
        let privateShare = seed.isMultiple(of: 2) ? 0 : 0.3
        let isPrivate = topics.map { _ in Double.random(in: 0..<1, using: &random) < privateShare }
        let log = try self.log(retention: Retention(events: kept, bytes: .max, age: nil), topics: topics) {
            isPrivate[$0]
        }
        let selections: [TopicSelection] = [
            .all, .everything, "a", "c", TopicSelection("a", "b"), TopicSelection("a", "b", "c", "x/1"), "none",
            TopicSelection([try TopicSelector("x/{n}")]), TopicSelection([.exact("b"), try TopicSelector("x/{n}")]),
            TopicSelection([.all], grants: [.exact("a")]), TopicSelection([.exact("b")], grants: [.exact("c")]),
            TopicSelection([try TopicSelector("x/{n}")], grants: [try TopicSelector("{n}")]),
        ]
        for selection in selections {
            let start = UInt64.random(in: 0...UInt64(topics.count), using: &random)
            let end = UInt64.random(in: start...UInt64(topics.count), using: &random)
            let limit = Int.random(in: 1...10, using: &random)
            let first = max(start + 1, log.first)
            let expected =
                first > end
                ? []
                : (first...end).filter { sequence in
                    let index = Int(sequence) - 1
                    let isAllowed = !isPrivate[index] || selection.grants.matches(topics[index])
                    return isAllowed && selection.wanted.matches(topics[index])
                }
            var found: [UInt64] = []
            var cursor = start
            while cursor < end {
                let slice = log.read(after: cursor, through: end, selection, limit: limit)
                #expect(slice.records.count <= limit)
                let gone = cursor < log.first - 1 ? topics[Int(cursor)..<Int(log.first - 1)] : []
                #expect(
                    slice.isMissingEvents == gone.contains { !selection.wanted.isExact || selection.wanted.matches($0) }
                )
                try #require(slice.cursor > cursor)
                found += slice.records.map(\.position.sequence)
                cursor = slice.cursor
            }
            #expect(found == expected, "seed \(seed), \(selection), \(start)...\(end), limit \(limit)")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The last topic of nothing is forgotten`() throws {
        var log = EventLog(epoch: 1, retention: Retention(events: 2, bytes: .max, age: nil))
        for number in 1...1000 {
            let event = ServerSentEvent(data: "x", id: try .init("id\(number)"))
            log.append(
                try LogRecord(position: log.nextPosition, topics: [try Topic("t\(number)")], event: event),
                at: .zero
            )
        }
        #expect(log.indexSize == 4)
    }

    // MARK: Resuming

    @available(SwiftSSE 1.0, *)
    @Test func `A last event ID leads to where it stands, or says why not`() throws {
        var log = EventLog(epoch: 36, retention: Retention(events: 3, bytes: .max, age: nil))
        for id in ["old", "a", nil, "a"] as [ServerSentEvent.EventID?] {
            log.append(
                try LogRecord(position: log.nextPosition, topics: ["t"], event: ServerSentEvent(data: "", id: id)),
                at: .zero
            )
        }
        let expectations: [(String, UInt64, ResumeOutcome)] = [
            ("a", 2, .resumed),  // the earliest of both
            ("#10-3", 3, .resumed),
            ("#10-4", 4, .resumed),
            ("#10-1", 1, .resumed),  // gone, and nothing after it
            ("#10-0", 4, .gap(.evicted)),
            ("#10-5", 4, .gap(.future)),
            ("#11-3", 4, .gap(.foreignEpoch)),
            ("#10-03", 4, .gap(.malformed)),
            ("#", 4, .gap(.malformed)),
            ("old", 4, .gap(.unknown)),
            (String(repeating: "x", count: 1025), 4, .gap(.tooLong)),
        ]
        for (id, sequence, outcome) in expectations {
            let live = try log.resume(from: .after(id: id), policy: .startLive)
            #expect(live.sequence == sequence && live.outcome == outcome, "\(id)")
            let all = try log.resume(from: .after(id: id), policy: .replayAll)
            #expect(all.sequence == (outcome == .resumed ? sequence : 1) && all.outcome == outcome, "\(id)")
            if outcome == .resumed {
                #expect(try log.resume(from: .after(id: id), policy: .refuse).sequence == sequence)
            } else {
                let error = #expect(throws: BrokerError.self) { try log.resume(from: .after(id: id), policy: .refuse) }
                #expect(error?.code == .resumeRefused)
                #expect((error?.cause as? GapReason).map(ResumeOutcome.gap) == outcome)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The id of a private event is not told`() throws {
        var log = EventLog(epoch: 1, retention: .defaults)
        for isPrivate in [false, true] {
            let event = ServerSentEvent(data: "x", id: "secret")
            let record = try LogRecord(position: log.nextPosition, topics: ["a"], event: event, isPrivate: isPrivate)
            log.append(record, at: .zero)
        }
        #expect(log.id(of: 1) == "secret")
        #expect(log.id(of: 2) == "#1-2")
        // Who comes with an id goes on behind just that, whichever of the two it is.
        for (id, sequence) in [("#1-1", 1), ("#1-2", 2), ("#1-0", 0)] as [(String, UInt64)] {
            let cursor = try log.resume(from: .after(id: id), policy: .refuse)
            #expect(cursor.sequence == sequence && cursor.lastEventID == id)
        }
        // It still leads to its place, if somebody knows it who has got it.
        #expect(try log.resume(from: .after(id: "#1-2"), policy: .refuse).sequence == 2)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The id of a private event is unknown to those who may not have it`() throws {
        var log = EventLog(epoch: 1, retention: .defaults)
        for (topic, isPrivate) in [("a", true), ("b", true), ("a", false)] as [(Topic, Bool)] {
            let event = ServerSentEvent(data: "x", id: "secret")
            let record = try LogRecord(position: log.nextPosition, topics: [topic], event: event, isPrivate: isPrivate)
            log.append(record, at: .zero)
        }
        let hidden = ServerSentEvent(data: "x", id: "hidden")
        log.append(try LogRecord(position: log.nextPosition, topics: ["a"], event: hidden, isPrivate: true), at: .zero)
        func begin(_ id: String, _ grants: TopicSelector...) throws -> ResumedCursor {
            try log.resume(from: .after(id: id), for: TopicSelection([.all], grants: grants), policy: .startLive)
        }
        #expect(try begin("hidden").outcome == .gap(.unknown))
        #expect(try begin("hidden", .exact("b")) == begin("nobody's", .exact("b")))
        #expect(try begin("hidden", .exact("a")).outcome == .resumed)
        #expect(try begin("hidden", .exact("a")).lastEventID == "hidden")
        // The earliest of those that it may have.
        #expect(try begin("secret").sequence == 3)
        #expect(try begin("secret", .exact("b")).sequence == 2)
        #expect(try begin("secret", .all).sequence == 1)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The cursors without an id lead to both ends`() throws {
        let log = try self.log(
            retention: Retention(events: 3, bytes: .max, age: nil),
            topics: Array(repeating: ["a"], count: 10)
        )
        #expect(try log.resume(from: ResumePoint(lastEventID: nil), policy: .refuse).sequence == 10)
        #expect(try log.resume(from: ResumePoint(lastEventID: ""), policy: .refuse).outcome == .live)
        let earliest = try log.resume(from: ResumePoint(lastEventID: "earliest"), policy: .refuse)
        #expect(earliest == ResumedCursor(epoch: 1, sequence: 7, outcome: .earliest, lastEventID: "#1-7"))
        let empty = EventLog(epoch: 1, retention: .defaults)
        #expect(try empty.resume(from: .earliest, policy: .refuse).lastEventID == nil)
    }

    // MARK: Keys

    @available(SwiftSSE 1.0, *)
    @Test func `Keys are remembered for a while, and so many`() {
        var window = IdempotencyWindow(span: .seconds(10), limit: 2)
        let receipts = (1...3).map { PublishReceipt(position: EventPosition(epoch: 1, sequence: $0), id: "\($0)") }
        window.insert(receipts[0], for: "a", at: .seconds(0))
        #expect(window.receipt(for: "a", at: .seconds(10)) == receipts[0])
        #expect(window.receipt(for: "a", at: .seconds(11)) == nil)
        for (receipt, key) in zip(receipts, ["a", "b", "c"]) { window.insert(receipt, for: key, at: .seconds(20)) }
        #expect(window.receipt(for: "a", at: .seconds(20)) == nil)
        #expect(window.receipt(for: "b", at: .seconds(20)) == receipts[1])
        #expect(window.receipt(for: "c", at: .seconds(20)) == receipts[2])
    }
}

@available(SwiftSSE 1.0, *)
extension EventLog {
    /// Reads a log that nobody else uses.
    fileprivate func read(after cursor: UInt64, through end: UInt64, _ selection: TopicSelection, limit: Int)
        -> LogSlice
    {
        var budget = MatchBudget.unlimited
        return self.candidates(after: cursor, through: end, selection, limit: limit)
            .slice(for: selection, after: cursor, limit: limit, &budget)
    }

    /// Finds where a subscriber begins in a log that nobody else uses and that is all there is.
    fileprivate func resume(
        from point: ResumePoint,
        for selection: TopicSelection = .everything,
        policy: ResumePolicy
    ) throws -> ResumedCursor {
        var sequence: UInt64?
        if case .after(let id) = point, Self.mayBePublisherID(id) {
            sequence = self.records(withPublisherID: id, limit: .max).first(where: selection.allows)?.position.sequence
        }
        return try #require(try self.resume(from: point, publisherID: sequence, policy: policy))
    }
}
