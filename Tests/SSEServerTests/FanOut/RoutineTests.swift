internal import NIOCore
internal import Testing

@testable internal import SSEServer

struct RoutineTests {
    @Test(
        "Times are whole seconds, rounded up, and at least one",
        arguments: [(0, 1), (1, 1), (999, 1), (1000, 1), (1001, 2), (15_000, 15), (10_500, 11)]
    )
    @available(SwiftSSE 1.0, *)
    func ticks(milliseconds: Int, ticks: UInt32) {
        var configuration = FanOutConfiguration.defaults
        configuration.heartbeatInterval = .milliseconds(milliseconds)
        configuration.writeTimeout = .milliseconds(milliseconds)
        let routine = Routine(configuration)
        #expect(routine.heartbeat == ticks)
        #expect(routine.writeTimeout == ticks)
    }

    @Test("What is not set never comes")
    @available(SwiftSSE 1.0, *)
    func unset() {
        var configuration = FanOutConfiguration.defaults
        configuration.heartbeatInterval = nil
        let routine = Routine(configuration)
        #expect(routine.heartbeat == .max)
        #expect(routine.lifetime() == nil)
    }

    @Test("A time that is longer than can be counted is as long as can be")
    @available(SwiftSSE 1.0, *)
    func tooLong() {
        var configuration = FanOutConfiguration.defaults
        configuration.writeTimeout = .seconds(Int64.max)
        #expect(Routine(configuration).writeTimeout == .max)
    }

    @Test("Up to a tenth of a lifetime is taken off at random")
    @available(SwiftSSE 1.0, *)
    func lifetime() {
        var configuration = FanOutConfiguration.defaults
        configuration.maximumLifetime = .seconds(1000)
        let routine = Routine(configuration)
        let lifetimes = Set((0..<200).compactMap { _ in routine.lifetime() })
        #expect(lifetimes.allSatisfy { (900...1000).contains($0) })
        #expect(lifetimes.count > 20)
    }

    @Test("A heartbeat is an empty comment, in a chunk where the stream has chunks")
    @available(SwiftSSE 1.0, *)
    func heartbeat() {
        let routine = Routine(.defaults)
        let plain = String(buffer: routine.heartbeat(.plain))
        #expect(plain.hasPrefix(":") && plain.hasSuffix("\n"))
        #expect(
            String(buffer: routine.heartbeat(.chunked)) == "\(String(plain.utf8.count, radix: 16))\r\n\(plain)\r\n"
        )
    }
}
