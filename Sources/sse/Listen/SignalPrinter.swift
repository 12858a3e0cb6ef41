import Foundation
import SSEClient
import ServerSentEvents
import Synchronization

/// Says on standard error what happens to a subscription.
@available(SwiftSSE 1.0, *)
final class SignalPrinter: Sendable {
    /// Everything, and not only what somebody should do something about.
    let isVerbose: Bool

    /// A failed attempt has been told of, and no event has come since then.
    private let hasToldOfFailure = Atomic(false)

    /// An event has come over the connection.
    private let hasEvent = Atomic(false)

    /// Somebody knows that the last event ID cannot be saved.
    private let hasToldOfCursor = Atomic(false)

    private let style = TextStyle(isEnabled: StandardError.isTerminal)

    init(isVerbose: Bool) {
        self.isVerbose = isVerbose
    }

    func print(_ signal: SubscriptionSignal) {
        switch signal {
        case .invalidData(let error): self.warn(error.message)
        case .cursorNotSaved(let error):
            guard !self.hasToldOfCursor.exchange(true, ordering: .relaxed) else { return }
            self.warn(CommandFailure(describing: error).description)
        case .unsendableLastEventID(let id):
            let holdsControl = id.rawValue.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
            self.warn(
                "The last event ID '\(Self.short(id))' "
                    + (holdsControl
                        ? "holds a control character and is not sent."
                        : "is too long for the server (431) and is not sent again; events may be missed.")
            )
        case .waiting(_, let end)
        where !self.isVerbose && (end.error != nil || !self.hasEvent.load(ordering: .relaxed)):
            guard !self.hasToldOfFailure.exchange(true, ordering: .relaxed) else { return }
            self.warn("\(Self.sentence(end)) Trying again; -v tells of each attempt.")
        default:
            if case .opened = signal { self.hasEvent.store(false, ordering: .relaxed) }
            if self.isVerbose, let text = self.text(signal) { self.tell(text) }
        }
    }

    /// The stream works: the next failure is news.
    func noteEvent() {
        self.hasEvent.store(true, ordering: .relaxed)
        self.hasToldOfFailure.store(false, ordering: .relaxed)
    }

    /// An id, cut where it gets long.
    private static func short(_ id: ServerSentEvent.EventID) -> String {
        let text = id.printable
        return text.count > 60 ? text.prefix(60) + "…" : text
    }

    private func text(_ signal: SubscriptionSignal) -> String? {
        switch signal {
        case .connecting(let attempt):
            let id = attempt.lastEventID == .empty ? "" : ", after event \(Self.short(attempt.lastEventID))"
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
