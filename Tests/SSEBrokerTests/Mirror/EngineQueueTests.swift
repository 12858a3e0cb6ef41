import SSETestSupport
import Testing

@testable import SSEBroker

/// The order in which an engine is asked.
@Suite(.timeLimit(.minutes(3)))
struct EngineQueueTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Questions do not wait for all who read, nor those who read for all questions`() async {
        let queue = EngineQueue(limit: 100)
        let log = Log<String>()
        func push(_ kind: EngineQueue.Kind, _ name: String) {
            queue.push(
                EngineQueue.Request(kind: kind, deadline: .zero, run: { log.append(name) }, refuse: { _ in })
            )
        }
        for number in 1...6 { push(.reading, "r\(number)") }
        for number in 1...3 { push(.question, "q\(number)") }
        #expect(queue.count == 9)
        for _ in 0..<9 { await queue.next()?.run() }
        #expect(log.entries == ["q1", "r1", "q2", "r2", "q3", "r3", "r4", "r5", "r6"])
        push(.reading, "r7")
        push(.question, "q4")
        for _ in 0..<2 { await queue.next()?.run() }
        #expect(log.entries.suffix(2) == ["q4", "r7"])
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Both kinds count for the limit, and are refused at the end`() {
        let queue = EngineQueue(limit: 2)
        let refused = Log<String>()
        func push(_ kind: EngineQueue.Kind, _ name: String) {
            queue.push(
                EngineQueue.Request(kind: kind, deadline: .zero, run: {}, refuse: { _ in refused.append(name) })
            )
        }
        push(.reading, "1")
        push(.question, "2")
        push(.question, "3")
        #expect(refused.entries == ["3"])
        queue.close()
        #expect(Set(refused.entries) == ["1", "2", "3"])
    }
}
