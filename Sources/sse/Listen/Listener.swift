import Foundation
import SSEClient
import ServerSentEvents
import Synchronization

/// Reads a stream and prints what was asked for of it.
@available(SwiftSSE 1.0, *)
struct Listener: Sendable {
    private let subscription: EventStreamSubscription
    private let types: Set<String>
    private let maximum: Int
    private let format: EventPrinter.Format
    private let signals: SignalPrinter
    private let tally = ListenTally()

    init(subscription: EventStreamSubscription, output: OutputOptions, signals: SignalPrinter) {
        self.subscription = subscription
        self.types = Set(output.types)
        self.maximum = output.max ?? .max
        self.format = output.format
        self.signals = signals
    }

    func run() async throws {
        let printer = EventPrinter(format: self.format)
        for try await update in self.subscription.updates {
            switch update {
            case .event(let event):
                self.signals.noteEvent()
                guard self.types.isEmpty || self.types.contains(event.type.rawValue) else { continue }
                try printer.print(event, lastEventID: self.subscription.lastEventID)
                // Closed and not left, so that the cursor is saved.
                if self.tally.countEvent() == self.maximum { self.subscription.close() }
            case .signal(.comment(let comment)):
                try printer.print(comment: comment)
            case .signal(let signal):
                if case .opened = signal { self.tally.countConnection() }
                self.signals.print(signal)
            }
        }
    }

    /// Ends in order, so that the cursor is saved: ``run()`` returns.
    func close() { self.subscription.close() }

    /// What there has been so far, in one line.
    var summary: String { self.tally.summary(lastEventID: self.subscription.lastEventID) }
}

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
