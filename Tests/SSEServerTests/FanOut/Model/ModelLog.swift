internal import SSEBroker
internal import Synchronization

/// All that has ever been published, in order: the log without any of its cleverness.
@available(SwiftSSE 1.0, *)
final class ModelLog: Sendable {
    private let events = Mutex<[UInt64: ModelEvent]>([:])

    func append(_ publication: Publication, _ receipt: PublishReceipt) {
        let event = ModelEvent(
            sequence: receipt.position.sequence,
            id: receipt.id,
            topics: publication.topics.map(\.rawValue),
            type: publication.event.type.rawValue,
            data: publication.event.data
        )
        self.events.withLock { $0[event.sequence] = event }
    }

    /// All events by their numbers, the first of which is 1. Only while nothing is being published.
    func all() throws -> [ModelEvent] {
        let events = self.events.withLock { $0.values.sorted { $0.sequence < $1.sequence } }
        guard events.last.map({ Int($0.sequence) }) ?? 0 == events.count else {
            throw ModelMismatch("Of \(events.last?.sequence ?? 0) numbers only \(events.count) were given to events.")
        }
        return events
    }

    /// Some event that has been published.
    func random(using generator: inout some RandomNumberGenerator) -> ModelEvent? {
        self.events.withLock { events in
            guard !events.isEmpty else { return nil }
            return events[UInt64.random(in: 1...UInt64(events.count), using: &generator)]
        }
    }
}
