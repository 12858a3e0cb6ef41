import Foundation
import SSEClient
import ServerSentEvents
import Synchronization

/// Says on standard error what happens to a subscription.
@available(SwiftSSE 1.0, *)
final class SignalPrinter: Sendable {
    /// Everything, and not only what somebody should do something about.
    let isVerbose: Bool

    /// A failed attempt has been told of, and no stream has begun since then.
    private let hasToldOfFailure = Atomic(false)

    private let style = TextStyle(isEnabled: StandardError.isTerminal)

    init(isVerbose: Bool) {
        self.isVerbose = isVerbose
    }

    func print(_ signal: SubscriptionSignal) {
        switch signal {
        case .invalidData(let error): self.warn(error.message)
        case .cursorNotSaved(let error): self.warn("The last event ID cannot be saved: \(error.localizedDescription)")
        case .unsendableLastEventID(let id):
            self.warn("The last event ID '\(id.printable)' holds a control character and is not sent.")
        case .waiting(_, let end) where !self.isVerbose && !end.wasOpen:
            guard !self.hasToldOfFailure.exchange(true, ordering: .relaxed) else { return }
            self.warn("\(Self.sentence(end)) Trying again; -v tells of each attempt.")
        default:
            if case .opened = signal { self.hasToldOfFailure.store(false, ordering: .relaxed) }
            if self.isVerbose, let text = self.text(signal) { self.tell(text) }
        }
    }

    private func text(_ signal: SubscriptionSignal) -> String? {
        switch signal {
        case .connecting(let attempt):
            let id = attempt.lastEventID == .empty ? "" : ", after event \(attempt.lastEventID.printable)"
            return attempt.number == 1 && id.isEmpty ? "connecting" : "connecting, attempt \(attempt.number)\(id)"
        case .opened(let response):
            return "open: \(response.status.code) \(response.mediaType?.printable ?? "") from \(response.url.printable)"
        case .reconnectionTime(let time): return "the server sets the reconnection time to \(time)"
        case .waiting(let delay, let end):
            let seconds = (delay / .seconds(1)).formatted(.number.precision(.fractionLength(0...1)))
            return "\(Self.sentence(end)) Next attempt in \(seconds) s."
        case .closed(.ended): return "ended"
        default: return nil
        }
    }

    /// How a connection ended, with a full stop also after what a server has said.
    private static func sentence(_ end: ConnectionEnd) -> String {
        let text = CommandFailure(describing: end).description
        return text.hasSuffix(".") ? text : text + "."
    }

    private func tell(_ text: String) {
        StandardError.writeLine(self.style.dim("* \(text)"))
    }

    private func warn(_ text: String) {
        StandardError.writeLine("sse: \(text)")
    }
}
