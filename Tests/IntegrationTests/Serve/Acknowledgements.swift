internal import Synchronization

/// The events that publishers have been told to be in the log.
@available(SwiftSSE 1.0, *)
final class Acknowledgements: Sendable {
    private struct State {
        var ids: [String: String] = [:]
        var counts: [Int: Int] = [:]
    }

    private let state = Mutex(State())

    /// The events' ids by their data.
    var ids: [String: String] { self.state.withLock { $0.ids } }

    /// Adds an event, and returns how many there are of its round.
    func add(_ data: String, _ id: String, in round: Int) -> Int {
        self.state.withLock { state in
            state.ids[data] = id
            state.counts[round, default: 0] += 1
            return state.counts[round, default: 0]
        }
    }
}
