internal import Synchronization

/// The last event that an engine could not take, until it has taken another one.
///
/// An engine may believe itself well and take nothing: its server answers, and has no room. What it did with an event
/// is what counts.
@available(SwiftSSE 1.0, *)
final class PublishWatch: Sendable {
    /// The time for which a failure stands while nobody publishes. Whoever looks at the health to decide who gets
    /// publishers would never find out else that the engine is well again.
    static let patience = Duration.seconds(30)

    private struct Failure {
        let reason: String
        let time: Duration
    }

    /// Looked at for each event that is published, so without the lock.
    private let hasFailed = Atomic(false)
    private let failure = Mutex<Failure?>(nil)

    /// An event has been stored.
    func succeeded() {
        guard self.hasFailed.load(ordering: .relaxed) else { return }
        self.failure.withLock { failure in
            failure = nil
            self.hasFailed.store(false, ordering: .relaxed)
        }
    }

    /// An event has been refused, perhaps because of itself.
    func failed(_ error: BrokerError, at time: Duration) {
        switch error.code {
        case .storageFull, .engineUnavailable, .engineFailed: break
        default: return
        }
        self.failure.withLock { failure in
            failure = Failure(reason: error.message, time: time)
            self.hasFailed.store(true, ordering: .relaxed)
        }
    }

    /// The reason why events cannot be stored, `nil` if nothing says so.
    func failure(at time: Duration) -> String? {
        guard self.hasFailed.load(ordering: .relaxed) else { return nil }
        return self.failure.withLock { failure in
            guard let known = failure, time - known.time < Self.patience else { return nil }
            return known.reason
        }
    }
}
