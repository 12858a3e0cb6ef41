import Foundation
import Synchronization

/// Colours and weights for terminals; plain text everywhere else.
struct TextStyle {
    let isEnabled: Bool

    func bold(_ text: String) -> String { self.wrap(text, "1") }
    func dim(_ text: String) -> String { self.wrap(text, "2") }
    func cyan(_ text: String) -> String { self.wrap(text, "36") }
    func yellow(_ text: String) -> String { self.wrap(text, "33") }

    private func wrap(_ text: String, _ code: String) -> String {
        self.isEnabled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension StringProtocol {
    /// The text with control characters made visible, so that what a server sends cannot rearrange a terminal.
    var printable: String {
        guard self.unicodeScalars.contains(where: \.isControl) else { return String(self) }
        return self.unicodeScalars.map { $0.isControl ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
    }
}

extension CustomStringConvertible {
    /// The description with control characters made visible.
    var printable: String { self.description.printable }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { self.properties.generalCategory == .control && self != "\t" }
}

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
