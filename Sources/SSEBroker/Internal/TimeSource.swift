/// The time since a beginning, whatever clock measures it.
///
/// Takes the clock's type out of the types that everybody names: the broker asks for the time once an event, and a
/// closure's call is nothing beside that.
@available(SwiftSSE 1.0, *)
package struct TimeSource: Sendable {
    private let elapsed: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    package init(_ clock: some Clock<Duration>) {
        let start = clock.now
        self.elapsed = { start.duration(to: clock.now) }
        self.sleep = { try await clock.sleep(for: $0) }
    }

    package var now: Duration { self.elapsed() }

    package func sleep(for duration: Duration) async throws { try await self.sleep(duration) }
}
