public import SSEBroker

/// What every engine of a broker must do, as checks that any test library can run.
///
/// ```swift
/// @Test(arguments: EngineConformance.checks)
/// func `the engine conforms`(check: EngineConformance.Check) async throws {
///     try await check { MyEngine() }
/// }
/// ```
///
/// An engine that can be made to keep little has to pass ``retentionChecks`` as well.
@available(SwiftSSE 1.0, *)
public enum EngineConformance {
    /// A check: a sentence that is true of every engine.
    public struct Check: Sendable, CustomStringConvertible {
        /// The sentence.
        public let description: String

        private let run: @Sendable (any BrokerEngine) async throws -> Void

        init(_ description: String, _ run: @escaping @Sendable (any BrokerEngine) async throws -> Void) {
            self.description = description
            self.run = run
        }

        /// Runs the check.
        ///
        /// - Parameter makeEngine: Makes an engine with an empty log, or with one that nobody else appends to.
        /// - Throws: ``ConformanceFailure`` if the engine does otherwise; what the engine throws.
        public func callAsFunction(_ makeEngine: () async throws -> any BrokerEngine) async throws {
            try await self.run(makeEngine())
        }
    }

    /// All checks.
    public static let checks = [
        Check("events get the next numbers in one epoch", EngineConformance.eventsGetTheNextNumbers),
        Check("an event is in the log when appending returns", EngineConformance.eventIsInTheLog),
        Check("an event is read as it was appended", EngineConformance.eventIsReadAsAppended),
        Check("reading goes on behind the cursor", EngineConformance.readingGoesOn),
        Check("reading gives what the selection wants", EngineConformance.readingSelects),
        Check("reading ends at a number of bytes", EngineConformance.readingEndsAtBytes),
        Check("there is nothing behind the end", EngineConformance.nothingIsBehindTheEnd),
        Check("an event is found by the id that its publisher chose, or none is", EngineConformance.eventIsFoundByID),
        Check("reading and following tell private events from others", EngineConformance.privateEventsStayPrivate),
        Check("a repeated key adds nothing", EngineConformance.repeatedKeyAddsNothing),
        Check(
            "a follower gets what is there and what comes, once and in order",
            EngineConformance.followerGetsEverything
        ),
        Check("followers get the same events at the same positions", EngineConformance.followersAgree),
        Check(
            "times are told of all events or of none, the same to all, and do not go back",
            EngineConformance.timesAgree
        ),
        Check("a follower ends when its task is cancelled", EngineConformance.followerEnds),
        Check("the engine is healthy", EngineConformance.engineIsHealthy),
    ]

    // MARK: Appending

    private static func eventsGetTheNextNumbers(_ engine: any BrokerEngine) async throws {
        let before = try await engine.bounds()
        for number in 1...5 as ClosedRange<UInt64> {
            let receipt = try await engine.append(self.publication(number))
            let expected = EventPosition(epoch: before.epoch, sequence: before.last + number)
            try self.expect(receipt.position == expected, "appended at \(receipt.position), expected \(expected)")
            try self.expect(receipt.id == expected.wireID, "the id is \(receipt.id), expected \(expected.wireID)")
            try self.expect(!receipt.isDuplicate, "a new event is called a duplicate")
        }
        let after = try await engine.bounds()
        try self.expect(after.epoch == before.epoch && after.last == before.last + 5, "the bounds are \(after)")
    }

    private static func eventIsInTheLog(_ engine: any BrokerEngine) async throws {
        for number in 1...20 as ClosedRange<UInt64> {
            let position = try await engine.append(self.publication(number)).position
            let bounds = try await engine.bounds()
            try self.expect(
                bounds.last >= position.sequence,
                "\(position) is appended, and the log ends at \(bounds.last)"
            )
            let slice = try await engine.read(after: position.sequence - 1, .all, limit: 1)
            try self.expect(slice.records.first?.position == position, "\(position) is appended and cannot be read")
        }
    }

    private static func eventIsReadAsAppended(_ engine: any BrokerEngine) async throws {
        let start = try await engine.bounds().last
        let event = ServerSentEvent(type: "greeting", data: "Grüße\n\n🎉\n", id: "mine", retry: .milliseconds(1500))
        let receipt = try await engine.append(Publication(event, topics: ["a", "b/ü"]))
        try self.expect(receipt.id == "mine", "the id is \(receipt.id), the publisher's is `mine`")
        guard let record = try await engine.read(after: start, .all, limit: 10).records.first else {
            throw ConformanceFailure("an event cannot be read")
        }
        try self.expect(record.event == event, "\(record.event) was read, \(event) appended")
        try self.expect(record.id == "mine", "the id that was read is \(record.id), the publisher's is `mine`")
        try self.expect(record.topics == ["a", "b/ü"], "the topics that were read are \(record.topics)")
    }

    private static func repeatedKeyAddsNothing(_ engine: any BrokerEngine) async throws {
        let start = try await engine.bounds().last
        let first = try await engine.append(self.publication(1, key: "key"))
        let second = try await engine.append(self.publication(1, key: "key"))
        let other = try await engine.append(self.publication(2, key: "other"))
        try self.expect(second.isDuplicate, "a repetition is not called a duplicate")
        try self.expect(second.position == first.position && second.id == first.id, "a repetition gets \(second)")
        try self.expect(other.position.sequence == start + 2, "another key is appended at \(other.position)")
    }

    // MARK: Reading

    private static func readingGoesOn(_ engine: any BrokerEngine) async throws {
        let start = try await engine.bounds().last
        for number in 1...25 as ClosedRange<UInt64> { _ = try await engine.append(self.publication(number)) }
        for limit in [1, 7, 25, 100] {
            var cursor = start
            var sequences: [UInt64] = []
            while cursor < start + 25 {
                let slice = try await engine.read(after: cursor, .all, limit: limit)
                try self.expect(
                    slice.records.count <= limit,
                    "\(slice.records.count) events, at most \(limit) were asked for"
                )
                try self.expect(slice.cursor > cursor, "reading does not get beyond \(cursor)")
                try self.expect(!slice.isMissingEvents, "events are said to be missing behind \(cursor)")
                sequences += slice.records.map(\.position.sequence)
                cursor = slice.cursor
            }
            let expected = Array((start + 1)...(start + 25))
            try self.expect(sequences == expected, "with limit \(limit) \(sequences) are read, expected \(expected)")
        }
        let rest = try await engine.read(after: start + 25, .all, limit: 10)
        try self.expect(
            rest.records.isEmpty && rest.cursor == start + 25,
            "behind the end \(rest.records.count) are read"
        )
    }

    private static func readingSelects(_ engine: any BrokerEngine) async throws {
        let start = try await engine.bounds().last
        let topics: [[Topic]] = [["a"], ["b"], ["a", "b"], ["users/1"], ["c", "users/2"], ["users/2/x"]]
        for topics in topics {
            _ = try await engine.append(Publication(ServerSentEvent(data: "x"), topics: topics))
        }
        let expectations: [(TopicSelection, [UInt64])] = [
            (TopicSelection("a"), [1, 3]),
            (TopicSelection("a", "b"), [1, 2, 3]),
            (TopicSelection("nothing"), []),
            (TopicSelection([try TopicSelector("users/{id}")]), [4, 5]),
            (TopicSelection([try TopicSelector("users/{+id}"), .exact("b")]), [2, 3, 4, 5, 6]),
            (.all, [1, 2, 3, 4, 5, 6]),
        ]
        try await self.expect(expectations, of: engine, after: start, count: 6, limit: 2)
    }

    /// Reads what each selection wants of some events, a few at a time.
    private static func expect(
        _ expectations: [(TopicSelection, [UInt64])],
        of engine: any BrokerEngine,
        after start: UInt64,
        count: UInt64,
        limit: Int
    ) async throws {
        for (selection, expected) in expectations {
            var cursor = start
            var found: [UInt64] = []
            while cursor < start + count {
                let slice = try await engine.read(after: cursor, selection, limit: limit)
                found += slice.records.map { $0.position.sequence - start }
                try self.expect(slice.cursor > cursor, "reading does not get beyond \(cursor)")
                cursor = slice.cursor
            }
            try self.expect(found == expected, "\(selection) finds \(found), expected \(expected)")
        }
    }

    private static func readingEndsAtBytes(_ engine: any BrokerEngine) async throws {
        let start = try await engine.bounds().last
        for number in 1...10 as ClosedRange<UInt64> {
            let event = ServerSentEvent(data: "\(number)" + String(repeating: "x", count: 1000))
            _ = try await engine.append(Publication(event, topics: ["conformance"]))
        }
        for bytes in [1, 3500, 1_000_000] {
            var cursor = start
            var sequences: [UInt64] = []
            while cursor < start + 10 {
                let slice = try await engine.read(after: cursor, .all, limit: 100, bytes: bytes)
                let sizes = slice.records.map(\.byteCount)
                try self.expect(
                    sizes.count <= 1 || sizes.reduce(0, +) <= bytes,
                    "events of \(sizes) bytes are read, at most \(bytes) were asked for"
                )
                try self.expect(slice.cursor > cursor, "reading does not get beyond \(cursor)")
                sequences += slice.records.map(\.position.sequence)
                cursor = slice.cursor
            }
            let expected = Array((start + 1)...(start + 10))
            try self.expect(sequences == expected, "\(bytes) bytes at a time \(sequences) are read, not \(expected)")
        }
    }

    private static func nothingIsBehindTheEnd(_ engine: any BrokerEngine) async throws {
        _ = try await engine.append(self.publication(1))
        let last = try await engine.bounds().last
        for cursor in [last, last + 1, last + 1000] {
            let slice = try await engine.read(after: cursor, .everything, limit: 10)
            try self.expect(
                slice.records.isEmpty && !slice.isMissingEvents && slice.cursor <= cursor,
                "\(slice.records.map(\.position)) are read behind \(cursor), where the log ends at \(last)"
            )
        }
    }

    private static func eventIsFoundByID(_ engine: any BrokerEngine) async throws {
        _ = try await engine.append(self.publication(1))
        let event = ServerSentEvent(data: "x", id: "conformance/1")
        let receipt = try await engine.append(Publication(event, topics: ["conformance"]))
        _ = try await engine.append(Publication(event, topics: ["conformance"]))
        let found = try await engine.sequence(ofPublisherID: "conformance/1")
        try self.expect(
            found == nil || found == receipt.position.sequence,
            "the id of \(receipt.position) and of the event behind it leads to \(found ?? 0)"
        )
        let other = try await engine.sequence(ofPublisherID: "conformance/2")
        try self.expect(other == nil, "an id that no event has leads to \(other ?? 0)")
    }

    private static func privateEventsStayPrivate(_ engine: any BrokerEngine) async throws {
        let start = try await engine.bounds().last
        for isPrivate in [false, true, false, true] {
            let event = ServerSentEvent(data: "x")
            _ = try await engine.append(Publication(event, topics: ["a", "users/1"], isPrivate: isPrivate))
        }
        let expectations: [(TopicSelection, [UInt64])] = [
            (TopicSelection("a"), [1, 3]),
            (.all, [1, 3]),
            (.everything, [1, 2, 3, 4]),
            (TopicSelection([.exact("a")], grants: [.exact("users/1")]), [1, 2, 3, 4]),
            (TopicSelection([.all], grants: [.exact("users/2")]), [1, 3]),
        ]
        try await self.expect(expectations, of: engine, after: start, count: 4, limit: 4)
        let flags = try await self.follow(engine, after: start, count: 4) {}.map(\.isPrivate)
        try self.expect(flags == [false, true, false, true], "a follower gets \(flags) for private")
    }

    // MARK: Following

    private static func followerGetsEverything(_ engine: any BrokerEngine) async throws {
        let start = try await engine.bounds().last
        for number in 1...10 as ClosedRange<UInt64> { _ = try await engine.append(self.publication(number)) }
        // From the middle, while more is appended.
        let sequences = try await self.follow(engine, after: start + 5, count: 205) {
            try await withThrowingDiscardingTaskGroup { group in
                for appender in 0..<4 as Range<UInt64> {
                    group.addTask {
                        for number in 0..<50 as Range<UInt64> {
                            _ = try await engine.append(self.publication(appender * 100 + number))
                        }
                    }
                }
            }
        }.map(\.position.sequence)
        let expected = Array((start + 6)...(start + 210))
        try self.expect(sequences == expected, "\(sequences) were delivered, expected \(expected)")
    }

    private static func followersAgree(_ engine: any BrokerEngine) async throws {
        let start = try await engine.bounds().last
        async let first = self.follow(engine, after: start, count: 50) {}
        async let second = self.follow(engine, after: start, count: 50) {}
        for number in 1...50 as ClosedRange<UInt64> { _ = try await engine.append(self.publication(number)) }
        let (one, other) = try await (first.map(\.position), second.map(\.position))
        try self.expect(one == other, "one follower got \(one), another \(other)")
    }

    private static func timesAgree(_ engine: any BrokerEngine) async throws {
        let start = try await engine.bounds().last
        let followed = try await self.follow(engine, after: start, count: 20) {
            for number in 1...20 as ClosedRange<UInt64> { _ = try await engine.append(self.publication(number)) }
        }
        let read = try await engine.read(after: start, .everything, limit: 20).records
        try self.expect(
            read.map(\.time) == followed.map(\.time),
            "the times are \(read.map(\.time)) when read, and \(followed.map(\.time)) when followed"
        )
        let times = read.compactMap(\.time)
        try self.expect(times.isEmpty || times.count == 20, "\(times.count) of 20 events have a time")
        try self.expect(times == times.sorted(), "times go back: \(times)")
    }

    private static func followerEnds(_ engine: any BrokerEngine) async throws {
        // Returns at all, and with nothing delivered.
        let records = try await self.follow(engine, after: engine.bounds().last, count: 0) {}
        try self.expect(records.isEmpty, "\(records.map(\.position)) were delivered, nothing was appended")
    }

    private static func engineIsHealthy(_ engine: any BrokerEngine) async throws {
        let health = await engine.health()
        try self.expect(health == .healthy, "the engine is \(health)")
    }

    /// Follows an engine while a body runs and until so many events have come, and returns them.
    static func follow(
        _ engine: any BrokerEngine,
        after cursor: UInt64,
        count: Int,
        while body: @Sendable () async throws -> Void
    ) async throws -> [LogRecord] {
        let received = ReceivedRecords()
        let (counts, continuation) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup { group in
            group.addTask {
                defer { continuation.finish() }
                do {
                    try await engine.follow(after: cursor) { records throws(BrokerError) in
                        continuation.yield(received.append(records))
                    }
                } catch is CancellationError {}
            }
            try await body()
            if count > 0 {
                for await delivered in counts where delivered >= count { break }
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        return received.all
    }

    // MARK: Helpers

    static func publication(_ number: UInt64, key: String? = nil) -> Publication {
        Publication(ServerSentEvent(data: "\(number)"), topics: ["conformance"], idempotencyKey: key)
    }

    static func expect(_ condition: Bool, _ failure: @autoclosure () -> String) throws {
        if !condition { throw ConformanceFailure(failure()) }
    }
}
