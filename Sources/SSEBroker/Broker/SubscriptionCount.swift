internal import Synchronization

/// How many subscriptions a broker has, and the end of all of them.
@available(SwiftSSE 1.0, *)
final class SubscriptionCount: Sendable {
    /// What a selection costs whoever matches it, and whoever holds it and lets go of it.
    private struct Cost {
        /// A selection of no more bytes is bounded by the number of subscriptions.
        private static let freeBytes = 1024

        /// The templates, by what comparing with them costs.
        var templates: Int
        var bytes: Int

        init(templates: Int, bytes: Int) { (self.templates, self.bytes) = (templates, bytes) }

        init(_ selection: TopicSelection) {
            self.templates = selection.wanted.templateWeight
            let bytes = selection.wanted.selectorWeight
            self.bytes = bytes > Self.freeBytes ? bytes : 0
        }

        var isNothing: Bool { self.templates == 0 && self.bytes == 0 }
    }

    private struct State {
        var count = 0
        /// How many subscriptions there are of each selection that costs something.
        var countsOfSelections: [TopicSelection: Int] = [:]
        /// What these selections cost together.
        var cost = Cost(templates: 0, bytes: 0)
        var isOver = false
        /// Who waits until there are none.
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    var current: Int { self.state.withLock { $0.count } }

    /// Whether subscribers have to end now, whatever they have not read.
    var isOver: Bool { self.state.withLock { $0.isOver } }

    /// How many templates there are in selections that differ, by what they cost.
    var templateCount: Int { self.state.withLock { $0.cost.templates } }

    /// Counts one more, if there may be one more, and returns how many there are.
    func add(_ selection: TopicSelection, _ limits: BrokerLimits) throws(BrokerError) -> Int {
        let cost = Cost(selection)
        let result = self.state.withLock { state -> Result<Int, BrokerError> in
            guard state.count < limits.subscriptions else {
                let message = "There are \(limits.subscriptions) subscriptions, and no more are accepted."
                return .failure(BrokerError(code: .tooManySubscriptions, message: message))
            }
            if !cost.isNothing {
                let known = state.countsOfSelections[selection] ?? 0
                if known == 0 {
                    guard cost.templates == 0 || state.cost.templates + cost.templates <= limits.templates else {
                        let message =
                            "The subscriptions have as many URI templates as are accepted, \(limits.templates)."
                        return .failure(BrokerError(code: .tooManyTemplates, message: message))
                    }
                    guard cost.bytes == 0 || state.cost.bytes + cost.bytes <= limits.selectorBytes else {
                        let message = "The subscriptions have as many long selectors as are accepted."
                        return .failure(BrokerError(code: .tooManySelectors, message: message))
                    }
                    state.cost.templates += cost.templates
                    state.cost.bytes += cost.bytes
                }
                state.countsOfSelections[selection] = known + 1
            }
            state.count += 1
            return .success(state.count)
        }
        return try result.get()
    }

    /// Counts one less, and returns how many there are.
    func remove(_ selection: TopicSelection) -> Int {
        let cost = Cost(selection)
        let (count, waiter) = self.state.withLock { state in
            state.count -= 1
            if !cost.isNothing, let known = state.countsOfSelections[selection] {
                state.countsOfSelections[selection] = known > 1 ? known - 1 : nil
                if known == 1 {
                    state.cost.templates -= cost.templates
                    state.cost.bytes -= cost.bytes
                }
            }
            return (state.count, state.count == 0 ? state.waiter.take() : nil)
        }
        waiter?.resume()
        return count
    }

    func endAll() { self.state.withLock { $0.isOver = true } }

    /// Waits until there are no subscriptions, or the task is cancelled. For one task at a time.
    func waitUntilNone() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = self.state.withLock { state in
                    if state.count == 0 || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.waiter.take() }?.resume()
        }
    }
}
