internal import NIOCore
internal import Testing

@testable internal import SSEServer

struct DrainPlanTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `The steps take the window together, and each takes so many that none is left`() {
        let plan = DrainPlan(window: .seconds(5), retry: nil)
        #expect(plan.step.nanoseconds * Int64(DrainPlan.steps) == 5_000_000_000)
        for count in 0...1000 {
            let share = plan.share(of: count)
            #expect(share * DrainPlan.steps >= count)
            #expect((share - 1) * DrainPlan.steps < max(1, count))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A window of nothing has steps that take no time`() {
        #expect(DrainPlan(window: .zero, retry: nil).step == .zero)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Without a time to come back nothing is said`() {
        let plan = DrainPlan(window: .seconds(1), retry: nil)
        #expect(plan.lastBytes(.chunked).readableBytes == 0)
        #expect(plan.lastBytes(.plain).readableBytes == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Times to come back lie in the range, and are not all the same`() throws {
        let plan = DrainPlan(window: .seconds(1), retry: .seconds(2) ... .seconds(4))
        var times: Set<Int> = []
        for _ in 0..<100 {
            let text = String(buffer: plan.lastBytes(.plain))
            let time = try #require(text.hasPrefix("retry: ") ? Int(text.dropFirst(7).prefix { $0 != "\n" }) : nil)
            #expect((2000...4000).contains(time))
            times.insert(time)
        }
        #expect(times.count > 10)
        let chunk = String(buffer: plan.lastBytes(.chunked))
        let parts = chunk.split(separator: "\r\n", maxSplits: 1)
        #expect(parts.first.flatMap { Int($0, radix: 16) } == parts.last.map { $0.utf8.count - 2 })
        #expect(parts.last?.hasPrefix("retry: ") == true)
    }
}
