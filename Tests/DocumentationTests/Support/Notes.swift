import Synchronization

/// Lines that a test has written down, from whatever task.
@available(SwiftSSE 1.0, *)
final class Notes: Sendable {
    private let storage = Mutex<[String]>([])

    var lines: [String] { self.storage.withLock { $0 } }

    func add(_ line: String) {
        self.storage.withLock { $0.append(line) }
    }
}
