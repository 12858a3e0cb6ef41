#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// The time since a beginning, whatever clock measures it.
///
/// Takes the clock's type out of the types that everybody names: the broker asks for the time once an event, and a
/// closure's call is nothing beside that.
@available(SwiftSSE 1.0, *)
package struct TimeSource: Sendable {
    private let elapsed: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void
    private let system: @Sendable () -> Duration

    /// - Parameters:
    ///   - clock: What measures ages and deadlines.
    ///   - system: The time since 1970, as people are told it.
    package init(
        _ clock: some Clock<Duration>,
        system: @escaping @Sendable () -> Duration = { SystemTime.now }
    ) {
        let start = clock.now
        self.elapsed = { start.duration(to: clock.now) }
        self.sleep = { try await clock.sleep(for: $0.asTimeout) }
        self.system = system
    }

    package var now: Duration { self.elapsed() }

    /// The time since 1970 (UTC), in whole milliseconds. It may go back.
    package var systemNow: Duration { self.system() }

    package func sleep(for duration: Duration) async throws { try await self.sleep(duration) }

    /// Runs something, and cancels it when it takes too long.
    ///
    /// - Returns: What it returns, `nil` if that took longer than the limit.
    package func first<Value: Sendable>(
        within limit: Duration,
        _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await self.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}

extension Duration {
    /// The time as one to wait for: not negative, and no more than a century, since clocks and timers that count
    /// nanoseconds or ticks trap on what they cannot count.
    package var asTimeout: Duration { min(max(self, .zero), .seconds(3_155_760_000)) }

    /// The time in whole milliseconds, as many as fit.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return Int64(clamping: Int128(seconds) * 1000 + Int128(attoseconds / 1_000_000_000_000_000))
    }
}

/// The time as the system has it, which somebody may set: for what people and other programs are told, never for ages.
@available(SwiftSSE 1.0, *)
package enum SystemTime {
    /// The time since 1970 (UTC), in whole milliseconds.
    package static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return .milliseconds(Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
