import Foundation
import Synchronization

/// A line on the terminal that says how far a long work is, and is gone when it is done.
@available(SwiftSSE 1.0, *)
final class ProgressLine: Sendable {
    private struct State {
        var isShown = false
        var lastTime: ContinuousClock.Instant?
    }

    private let isEnabled = StandardError.isTerminal
    private let state = Mutex(State())

    /// Shows how far it is, some times a second at most.
    func show(_ text: @autoclosure () -> String) {
        guard self.isEnabled else { return }
        self.state.withLock { state in
            let now = ContinuousClock.now
            if let last = state.lastTime, now - last < .milliseconds(100) { return }
            (state.isShown, state.lastTime) = (true, now)
            // Shorter than a narrow terminal is wide, so that it stays one line.
            StandardError.write("\r\u{1B}[K\(text().prefix(79))")
        }
    }

    /// Takes the line away.
    func clear() {
        self.state.withLock { state in
            guard state.isShown else { return }
            state.isShown = false
            StandardError.write("\r\u{1B}[K")
        }
    }
}
