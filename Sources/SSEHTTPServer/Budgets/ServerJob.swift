internal import Synchronization

/// Work that an answer has to wait for, which ends with the request that it is for: when its client leaves, or when it has
/// taken too long.
@available(SwiftSSE 1.0, *)
final class ServerJob: Sendable {
    private enum State {
        case waiting
        case running(RunningTask)
        case cancelled
        case over
    }

    private let state = Mutex(State.waiting)

    /// Does the work in this task, unless it has been cancelled before it began.
    func run(_ work: @Sendable () async -> Void) async {
        await withUnsafeCurrentTask { task in
            guard let task = task.map(RunningTask.init), self.begin(task) else { return }
            await work()
            // Before the task's reference is gone.
            self.state.withLock { $0 = .over }
        }
    }

    private func begin(_ task: RunningTask) -> Bool {
        self.state.withLock { state in
            guard case .waiting = state else { return false }
            state = .running(task)
            return true
        }
    }

    /// Cancels the work, or sees to it that it does not begin.
    func cancel() {
        self.state.withLock { state in
            switch state {
            case .running(let task): task.reference.cancel()
            case .waiting, .cancelled, .over: break
            }
            state = .cancelled
        }
    }
}

/// A task that runs, as something that another thread may cancel.
///
/// Unchecked: a reference to a task is good for as long as the closure runs that it was given to. ``ServerJob`` uses it
/// under its lock only, and takes it out of there, under the same lock, before that closure returns. Cancelling a task is
/// safe from any thread.
@available(SwiftSSE 1.0, *)
private struct RunningTask: @unchecked Sendable {
    let reference: UnsafeCurrentTask

    init(_ reference: UnsafeCurrentTask) {
        self.reference = reference
    }
}
