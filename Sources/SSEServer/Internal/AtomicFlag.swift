internal import Synchronization

/// A mark that one of many threads gets to set.
@available(SwiftSSE 1.0, *)
package final class AtomicFlag: Sendable {
    private let value = Atomic(false)

    package init() {}

    package var isSet: Bool { self.value.load(ordering: .acquiring) }

    /// Sets it, and tells whether it was not set before.
    package func set() -> Bool { !self.value.exchange(true, ordering: .acquiringAndReleasing) }

    /// Clears it. Who sets it later sees what has been done before, and the other way round.
    package func clear() { _ = self.value.exchange(false, ordering: .acquiringAndReleasing) }
}
