internal import NIOCore
internal import NIOEmbedded
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEServer

/// Clients whose selections take long to compare with what is in the log.
struct MatchingTests {
    /// A hundred templates of eight variables that fit nothing, and only at their ends.
    @available(SwiftSSE 1.0, *)
    private static func templates(_ number: Int = 0) throws -> TopicSelection {
        TopicSelection(
            try (0..<100).map { try TopicSelector.template(URITemplate("{a}{b}{c}{d}{e}{f}{g}!\(number).\($0){h}")) }
        )
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client with costly templates holds up nobody else, and gets what is its own`() throws {
        let subscribers = EmbeddedSubscribers()
        let topic = String(repeating: "x", count: 1000)
        for number in 0..<10 { try subscribers.publish("\(number)", to: try Topic(topic + "\(number)")) }
        try subscribers.publish("its own", to: "!0.7")
        let (hostile, _) = try subscribers.subscribe(to: Self.templates(), from: .earliest)
        let (other, _) = try subscribers.subscribe(to: TopicSelection("a"))
        subscribers.eventLoop.advanceTime(by: Shard.breath)
        _ = try other.takeData()
        // 8 million units of work are before the hostile one, 20 turns.
        for number in 0..<5 {
            try subscribers.publish("\(number)", to: "a")
            // What wakes the shard, and a turn.
            subscribers.eventLoop.run()
            subscribers.eventLoop.advanceTime(by: Shard.breath)
            #expect(try other.takeData() == ["\(number)"])
        }
        #expect(try hostile.takeData() == [])
        var count = 0
        while try hostile.takeData() != ["its own"] {
            count += 1
            subscribers.eventLoop.advanceTime(by: .milliseconds(1))
            guard count < 100 else { break }
        }
        #expect(count < 100)
        for channel in [hostile, other] { _ = try channel.finish() }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Those who catch up do so beside one with costly templates`() throws {
        let subscribers = EmbeddedSubscribers()
        for number in 0..<2000 {
            try subscribers.publish("\(number)", to: try Topic(String(repeating: "x", count: 1000)))
        }
        let hostile = try (0..<10).map { try subscribers.subscribe(to: Self.templates($0), from: .earliest).0 }
        let (other, stream) = try subscribers.subscribe(to: .all, from: .earliest)
        var count = 0
        while stream.machine?.state != .joined, count < 20 {
            count += 1
            subscribers.eventLoop.advanceTime(by: Shard.breath)
        }
        #expect(try other.takeData().count == 2000)
        #expect(count < 20)
        for channel in hostile + [other] { _ = try channel.finish() }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What a selection does not want is not compared with it again by others that select the same, or come again`()
        throws
    {
        let subscribers = EmbeddedSubscribers()
        for number in 0..<500 { try subscribers.publish("\(number)", to: "x") }
        let selection = TopicSelection([try TopicSelector("y{z}")])
        let (first, stream) = try subscribers.subscribe(to: selection, from: .earliest)
        subscribers.run()
        let shard = stream.shard.value
        let group = shard.slots[0].group
        #expect(group.quietRange?.end(after: 0) == 500)
        #expect(group.quietRange?.end(after: 500) == nil)
        _ = try first.finish()
        let (second, _) = try subscribers.subscribe(to: selection, from: .earliest)
        #expect(shard.slots[0].group !== group && shard.slots[0].group.quietRange?.end(after: 0) == 500)
        try subscribers.publish("yes", to: "yes")
        subscribers.run()
        #expect(try second.takeData() == ["yes"])
        _ = try second.finish()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Ranges that meet are one, and others take the place of what is known`() {
        var range: QuietRange?
        func add(_ start: UInt64, _ end: UInt64, epoch: UInt64 = 1) {
            QuietRange.add(QuietRange(epoch: epoch, after: start, through: end), to: &range)
        }
        add(10, 20)
        add(20, 30)
        add(5, 12)
        #expect(range?.start == 5 && range?.end == 30)
        add(40, 50)
        #expect(range?.start == 40 && range?.end == 50)
        add(45, 60, epoch: 2)
        #expect(range?.epoch == 2 && range?.start == 45)
        #expect(range?.end(after: 44) == nil && range?.end(after: 45) == 60 && range?.end(after: 60) == nil)
    }
}

/// Groups whose templates are asked for each topic that is published.
@Suite struct GroupTableTests {
    @available(SwiftSSE 1.0, *)
    private static func record(_ topics: String..., isPrivate: Bool = false) throws -> LogRecord {
        try LogRecord(
            position: EventPosition(epoch: 1, sequence: 1),
            topics: topics.map { try Topic($0) },
            event: ServerSentEvent(data: ""),
            isPrivate: isPrivate
        )
    }

    @available(SwiftSSE 1.0, *)
    private static func groups(
        _ table: inout GroupTable,
        _ record: LogRecord,
        budget: Int = .max
    ) -> (found: [SubscriberGroup], undecided: [SubscriberGroup]) {
        var budget = MatchBudget(budget)
        var result: (found: [SubscriberGroup], undecided: [SubscriberGroup]) = ([], [])
        table.forEach(wanting: record, &budget) {
            result.found.append($0)
        } undecided: {
            result.undecided.append($0)
        }
        return result
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    @available(SwiftSSE 1.0, *)
    func `Whoever comes and goes, each group that wants an event is found once`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let names = ["a", "b", "x/1", "x/2"]
        let selectors = ["a", "b", "x/2", "x/{n}", "{n}", "*"]
        var table = GroupTable()
        var groups: [TopicSelection: SubscriberGroup] = [:]
        for _ in 0..<400 {
            let count = Int.random(in: 1...3, using: &generator)
            let some = try (0..<count).map { _ in try TopicSelector(selectors.randomElement(using: &generator) ?? "a") }
            let selection = TopicSelection(some, grants: Bool.random(using: &generator) ? [.exact("b")] : [])
            if let known = groups[selection], Bool.random(using: &generator) {
                known.subscriberCount = 0
                table.remove(known)
                groups[selection] = nil
            } else {
                let group = table.group(selection)
                group.subscriberCount = 1
                groups[selection] = group
            }
            let topics = names.shuffled(using: &generator).prefix(Int.random(in: 1...3, using: &generator))
            let record = try LogRecord(
                position: EventPosition(epoch: 1, sequence: 1),
                topics: topics.map { try Topic($0) },
                event: ServerSentEvent(data: ""),
                isPrivate: Bool.random(using: &generator)
            )
            let budget = Bool.random(using: &generator) ? Int.max : Int.random(in: 1...200, using: &generator)
            let (found, undecided) = Self.groups(&table, record, budget: budget)
            #expect(Set(found.map(ObjectIdentifier.init)).count == found.count)
            for group in found { #expect(group.selection.matches(record)) }
            if budget == .max { #expect(undecided.isEmpty) }
            // Nobody is passed over.
            let known = Set((found + undecided).map(\.selection))
            for selection in groups.keys where selection.matches(record) { #expect(known.contains(selection)) }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A group whose templates are too costly is left to read on its own, and others are asked all the same`() throws
    {
        var table = GroupTable()
        let costly = table.group(
            TopicSelection(try (0..<100).map { try TopicSelector("{a}{b}{c}{d}{e}{f}{g}!\($0){h}") })
        )
        let cheap = table.group(TopicSelection([try TopicSelector("{a}")]))
        for group in [costly, cheap] { group.subscriberCount = 1 }
        let record = try Self.record(String(repeating: "x", count: 2000))
        for _ in 0..<2 {
            let (found, undecided) = Self.groups(&table, record, budget: 400_000)
            #expect(found.map(ObjectIdentifier.init) == [ObjectIdentifier(cheap)])
            #expect(undecided.map(ObjectIdentifier.init) == [ObjectIdentifier(costly)])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `One that comes does not have the others asked again`() throws {
        var table = GroupTable()
        for number in 0..<100 {
            table.group(TopicSelection([try TopicSelector("no\(number){a}{b}")])).subscriberCount = 1
        }
        let record = try Self.record("topic")
        _ = Self.groups(&table, record)
        table.group(TopicSelection([try TopicSelector("{new}")])).subscriberCount = 1
        // As much as asking a few of them costs.
        let (found, undecided) = Self.groups(&table, record, budget: 100)
        #expect(found.count == 1 && undecided.isEmpty)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Members of a group for which a round takes too long get its events on their own, once and in order`() throws {
        let subscribers = EmbeddedSubscribers()
        let templates = try (0..<99).map { try TopicSelector("{a}{b}{c}{d}{e}{f}{g}!\($0){h}") }
        let (slow, _) = try subscribers.subscribe(to: TopicSelection(templates + [.exact("own")]))
        let (quick, _) = try subscribers.subscribe(to: TopicSelection("own"))
        var expected: [String] = []
        for number in 0..<5 {
            try subscribers.publish("long \(number)", to: try Topic(String(repeating: "x", count: 2000) + "\(number)"))
            try subscribers.publish("own \(number)", to: "own")
            expected.append("own \(number)")
            subscribers.eventLoop.run()
        }
        #expect(try quick.takeData() == expected)
        for _ in 0..<20 { subscribers.run() }
        #expect(try slow.takeData() == expected)
        for channel in [slow, quick] { _ = try channel.finish() }
    }
}
