import Foundation
import ServerSentEvents
import Synchronization

/// Counts what has been printed, for the summary.
@available(SwiftSSE 1.0, *)
final class ListenTally: Sendable {
    private struct Counts {
        var events = 0
        var connections = 0
    }

    private let start = ContinuousClock.now
    private let counts = Mutex(Counts())

    /// - Returns: How many events there are now.
    func countEvent() -> Int {
        self.counts.withLock { counts in
            counts.events += 1
            return counts.events
        }
    }

    func countConnection() {
        self.counts.withLock { $0.connections += 1 }
    }

    func summary(lastEventID: ServerSentEvent.EventID) -> String {
        let counts = self.counts.withLock { $0 }
        let seconds = (ContinuousClock.now - self.start).formatted(
            .units(allowed: [.hours, .minutes, .seconds], width: .narrow)
        )
        let id = lastEventID == .empty ? "" : ", last event ID \(lastEventID.printable)"
        return "sse: \(Self.count(counts.events, "event")) in \(seconds) over "
            + "\(Self.count(counts.connections, "connection"))\(id)"
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
