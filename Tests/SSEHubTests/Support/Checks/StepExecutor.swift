import Synchronization

/// Runs tasks where it is called, and nowhere else: so work that an answer waits for happens on the thread of the event
/// loop that is moved by hand, between two of its turns, and always in the same order.
@available(SwiftSSE 1.0, *)
final class StepExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.jobs.withLock { $0.append(job) }
    }

    /// Runs what can be run, until there is nothing of it left.
    ///
    /// - Returns: How many steps of tasks that were.
    func run() -> Int {
        var count = 0
        while true {
            let jobs = self.jobs.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
            if jobs.isEmpty { return count }
            for job in jobs { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
            count += jobs.count
        }
    }
}
