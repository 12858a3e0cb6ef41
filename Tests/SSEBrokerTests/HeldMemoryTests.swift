import SSETestSupport
import Testing

@testable import SSEBroker

/// The bound on what a log keeps is one on memory, whatever the events are made of.
@Suite(.timeLimit(.minutes(5)))
struct HeldMemoryTests {
    @available(SwiftSSE 1.0, *)
    private static let retention = Retention(events: 20_000, bytes: 1_000_000, age: nil)

    /// Compares what a log says that it takes with what it takes.
    @available(SwiftSSE 1.0, *)
    private func check(_ log: EventLog, _ kind: HostileEvents, _ number: Int) {
        let comment: Comment = "\(kind) \(number)"
        let (held, counted) = (HeldMemory.of(log), log.byteCount)
        // The allocator leaves up to 16 bytes with a piece that are too few for another one; how often is chance.
        #expect(held <= counted + counted / 50 + 1024, comment)
        #expect(counted <= Self.retention.bytes, comment)
        // Near enough that the bound is one that can be used. A list of topics counts with each event that shares it.
        if kind != .sameTopics { #expect(counted <= 2 * held + 8192, comment) }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: HostileEvents.allCases)
    func `The memory of a log stays within the bound, and is what the log says`(kind: HostileEvents) throws {
        var random = SeededGenerator(seed: 1)
        var configuration = BrokerConfiguration.defaults
        configuration.retention = Self.retention
        let engine = MemoryEngine(configuration: configuration)
        for number in 0..<kind.count {
            _ = try engine.append(kind.publication(number, using: &random))
            if number % (kind.count / 20) == 0 { self.check(engine.store.log, kind, number) }
        }
        self.check(engine.store.log, kind, kind.count)
        #expect(engine.store.bounds.first > 1)
        // When all have gone, nothing is left of them but some room, and a note of their latest topics.
        engine.store.removeEvents(before: .max)
        #expect(engine.store.log.indexSize == 0)
        #expect(engine.store.size.bytes < 8192 + Self.retention.bytes / 16)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [HostileEvents.longTopics, .changing])
    func `So does the memory of a broker's copy of an engine's log`(kind: HostileEvents) async throws {
        try await withBroker(copied: 10_000) {
            $0.retention = Self.retention
        } _: { running in
            var random = SeededGenerator(seed: 2)
            for number in 0..<kind.count {
                _ = try await running.engine.append(kind.publication(number, using: &random))
            }
            try await running.waitForCopy()
            #expect(try running.engine.log.bounds().first == 1)
            #expect(running.broker.store.bounds.first > 1)
            self.check(running.broker.store.log, kind, kind.count)
            // A piece that is read is one of memory as well.
            let slice = try await running.engine.read(after: 0, .everything, limit: 100, bytes: EngineMirror.sliceBytes)
            #expect(slice.records.count == 1 || slice.records.map(\.byteCount).reduce(0, +) <= EngineMirror.sliceBytes)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Events with the same topics share them, in whatever company`() throws {
        let engine = MemoryEngine()
        var random = SeededGenerator(seed: 3)
        for number in 0..<100 { _ = try engine.append(HostileEvents.sameTopics.publication(number, using: &random)) }
        // A hundred topics, and for each of them a hundred numbers; no list of topics of 1,600 bytes for each event.
        let held = HeldMemory.of(engine.store.log)
        #expect(held < 100 * 200 + 100 * 1200 + 100 * 300 + 60_000, "\(held)")
        let other = Publication(
            ServerSentEvent(data: ""),
            topics: try engine.store.log.topics.lists.keys.map {
                try Topic(String(decoding: Array($0.rawValue.utf8), as: UTF8.self))
            }
        )
        _ = try engine.append(other)
        var memory = HeldMemory()
        for record in engine.store.log.records.dropLast() { memory.count(record) }
        let before = memory.byteCount
        memory.count(try #require(engine.store.log.records.last))
        // A list of a hundred topics, none of which is there a second time.
        #expect(memory.byteCount - before < 100 * 16 + 500)
    }

    @Test func `A queue that was long once gives its memory back`() {
        var queue = LeanDeque<UInt64>()
        for number in 0..<10_000 as Range<UInt64> { queue.append(number) }
        let most = queue.byteCount
        #expect(most >= 80_000 && most < 130_000)
        for number in 0..<9990 as Range<UInt64> { #expect(queue.removeFirst() == number) }
        #expect(queue.byteCount < 1000 && queue.elements.count == 10)
        for number in 9990..<10_000 as Range<UInt64> { #expect(queue.removeFirst() == number) }
        #expect(queue.byteCount == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Records count what they take by themselves`() throws {
        let record = try LogRecord(
            position: EventPosition(epoch: 1, sequence: 1),
            topics: ["abc", Topic(String(repeating: "x", count: 1000))],
            event: ServerSentEvent(data: "data", id: "12345")
        )
        #expect(record.byteCount == record.frame.chunk.count + 3 + 1000 + 2 * 16 + 5)
        var slice = LogSlice(records: [record, record], cursor: 1, isMissingEvents: false)
        slice.truncate(toHeldBytes: 2 * record.byteCount)
        #expect(slice.records.count == 2)
        slice.truncate(toHeldBytes: 2 * record.byteCount - 1)
        #expect(slice.records.count == 1)
    }
}
