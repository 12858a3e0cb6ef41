internal import Synchronization

/// A mark that one of many threads gets to set.
@available(SwiftSSE 1.0, *)
final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { self.value.load(ordering: .acquiring) }

    /// Sets it, and tells whether it was not set before.
    func set() -> Bool { !self.value.exchange(true, ordering: .acquiringAndReleasing) }

    /// Clears it. Who sets it later sees what has been done before, and the other way round.
    func clear() { _ = self.value.exchange(false, ordering: .acquiringAndReleasing) }
}
