internal import NIOCore
internal import Testing

@testable internal import SSEServer

struct RoutineTests {
    @Test(arguments: [(0, 1), (1, 1), (999, 1), (1000, 1), (1001, 2), (15_000, 15), (10_500, 11)])
    @available(SwiftSSE 1.0, *)
    func `Times are whole seconds, rounded up, and at least one`(milliseconds: Int, ticks: UInt32) {
        var configuration = FanOutConfiguration.defaults
        configuration.heartbeatInterval = .milliseconds(milliseconds)
        configuration.writeTimeout = .milliseconds(milliseconds)
        let routine = Routine(configuration)
        #expect(routine.heartbeat == ticks)
        #expect(routine.writeTimeout == ticks)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is not set never comes`() {
        var configuration = FanOutConfiguration.defaults
        configuration.heartbeatInterval = nil
        let routine = Routine(configuration)
        #expect(routine.heartbeat == .max)
        #expect(routine.lifetime() == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A time that is longer than can be counted is as long as can be`() {
        var configuration = FanOutConfiguration.defaults
        for timeout in [Duration.seconds(Int64.max), .seconds(Int64.max) + .milliseconds(999)] {
            configuration.writeTimeout = timeout
            #expect(Routine(configuration).writeTimeout == .max)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Up to a tenth of a lifetime is taken off at random`() {
        var configuration = FanOutConfiguration.defaults
        configuration.maximumLifetime = .seconds(1000)
        let routine = Routine(configuration)
        let lifetimes = Set((0..<200).compactMap { _ in routine.lifetime() })
        #expect(lifetimes.allSatisfy { (900...1000).contains($0) })
        #expect(lifetimes.count > 20)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A lifetime that is longer than can be counted never ends`() {
        var configuration = FanOutConfiguration.defaults
        let routine = Routine(configuration)
        #expect(routine.end(at: 7) == .max)
        #expect(routine.end(at: 7, atMost: .seconds(3)) == 10)
        #expect(routine.end(at: 7, atMost: .seconds(Int64.max)) == .max)
        configuration.maximumLifetime = .seconds(Int64.max) + .milliseconds(999)
        #expect(Routine(configuration).end(at: .max - 1) == .max)
    }
}
