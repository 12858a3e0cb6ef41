internal import SSETestSupport

/// A clock that stands still, and calls a closure when a task that sleeps is cancelled.
@available(SwiftSSE 1.0, *)
struct ObservedClock: Clock {
    let base = ManualClock()
    let onCancel: @Sendable () -> Void

    var now: ManualClock.Instant { self.base.now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: ManualClock.Instant, tolerance: Duration?) async throws {
        try await withTaskCancellationHandler {
            try await self.base.sleep(until: deadline, tolerance: tolerance)
        } onCancel: {
            self.onCancel()
        }
    }
}
