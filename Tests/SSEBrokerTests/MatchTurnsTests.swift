import SSETestSupport
import Synchronization
import Testing

@testable import SSEBroker

/// Comparing an engine's events with a selection, in a task, with pauses.
@Suite(.timeLimit(.minutes(2)))
struct MatchTurnsTests {
    /// A selection of templates, each of which costs all of a topic, and wants it if it ends in `wanted`.
    @available(SwiftSSE 1.0, *)
    private static func costly(_ count: Int = 20) throws -> TopicSelection {
        TopicSelection(
            try (0..<count).map { try TopicSelector($0 == count - 1 ? "{a}/{b}/wanted" : "{a}/{b}/\($0)") }
        )
    }

    @available(SwiftSSE 1.0, *)
    private static func record(_ sequence: UInt64, isWanted: Bool) throws -> LogRecord {
        let topic = String(repeating: "x", count: 50) + "/" + String(repeating: "y", count: 50)
        return try LogRecord(
            position: EventPosition(epoch: 1, sequence: sequence),
            topics: try (0..<10).map { try Topic(topic + "/\($0)/" + (isWanted && $0 == 9 ? "wanted" : "other")) },
            event: ServerSentEvent(data: "\(sequence)")
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An event that costs much pauses often, and never works long in between`() async throws {
        let selection = try Self.costly()
        let record = try Self.record(1, isWanted: true)
        var whole = MatchBudget.unlimited
        var place = MatchPlace()
        _ = selection.matches(record, from: &place, &whole)
        let cost = Int.max - whole.left
        let pauses = Mutex(0)
        let turn = 1000
        var turns = MatchTurns(turn: turn)
        let isWanted = await MatchTurns.$pause.withValue({ pauses.withLock { $0 += 1 } }) {
            await turns.matches(selection, record.topics, isPrivate: false)
        }
        #expect(isWanted == selection.matches(record))
        // A turn may be longer by the last comparison, and is never longer than that.
        let most = cost / turn
        let count = pauses.withLock { $0 }
        #expect(cost > 20 * turn && count <= most + 1 && count >= most * 3 / 4, "\(cost), \(count)")
        #expect(turns.spent == cost)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A slice is filtered as far as the turns go, and then from there`() async throws {
        let selection = try Self.costly()
        let records = try (1...12 as ClosedRange<UInt64>).map { try Self.record($0, isWanted: $0.isMultiple(of: 4)) }
        let expected = records.filter { selection.matches($0) }.map(\.position.sequence)
        let turns = MatchTurns(turn: 1000, reading: 60_000)
        var cursor: UInt64 = 0
        var found: [UInt64] = []
        var count = 0
        while cursor < 12 {
            let rest = LogSlice(records: Array(records.dropFirst(Int(cursor))), cursor: 12, isMissingEvents: false)
            let slice = await rest.filtered(by: selection, limit: 100, bytes: .max, turns)
            try #require(slice.cursor > cursor)
            found += slice.records.map(\.position.sequence)
            cursor = slice.cursor
            count += 1
        }
        #expect(found == expected)
        // One event costs about the half of what a reading may.
        #expect(count > 3 && count < 12, "\(count)")
        let all = LogSlice(records: records, cursor: 12, isMissingEvents: false)
        let first = await all.filtered(by: .everything, limit: 2, bytes: .max)
        #expect(first.records.count == 2 && first.cursor == 2)
        let small = await all.filtered(by: .all, limit: 100, bytes: 1)
        #expect(small.records.count == 1 && small.cursor == 1)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who is cancelled compares no further`() async throws {
        let selection = try Self.costly()
        let record = try Self.record(1, isWanted: false)
        let gate = Turnstile()
        try await withThrowingTaskGroup(of: LogSlice.self) { group in
            group.addTask {
                await MatchTurns.$pause.withValue({ _ = await thrownError { try await gate.pass() } }) {
                    await LogSlice(records: [record], cursor: 1, isMissingEvents: false)
                        .filtered(by: selection, limit: 1, bytes: 1, MatchTurns(turn: 1000))
                }
            }
            try await gate.waitForWaiters(1)
            group.cancelAll()
            let slice = try await group.next()
            #expect(slice?.records.isEmpty == true && slice?.cursor == 0)
        }
    }
}
