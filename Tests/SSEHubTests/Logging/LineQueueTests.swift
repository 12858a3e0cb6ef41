import Dispatch
import SSETestSupport
import Testing

@testable import SSEHub

/// Logging to somebody who is slow.
@Suite(.timeLimit(.minutes(3)))
struct LineQueueTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Who logs does not wait for who reads, and is told what was lost`() async throws {
        let gate = DispatchSemaphore(value: 0)
        let lines = Log<String>()
        let queue = LineQueue(maximumBytes: 100) { line in
            gate.wait()
            lines.append(line)
        }
        // The first may be on its way already, and does not count among those that wait.
        for number in 0..<50 { queue.append("line \(10 + number)\n") }
        for _ in 0..<100 { gate.signal() }
        queue.flush(within: .seconds(60))
        #expect(lines.entries.first == "line 10\n")
        queue.append("last\n")
        queue.flush(within: .seconds(60))
        #expect(lines.entries.last == "last\n")
        let kept = lines.entries.count { $0.hasPrefix("line ") }
        #expect((12...14).contains(kept))
        // Each line is either there or missed.
        let told = lines.entries.compactMap { $0.firstMatch(of: /^([0-9]+) lines/).flatMap { Int($0.1) } }
        #expect(told.reduce(kept, +) == 50)
    }
}
