internal import SSEBroker

/// A piece of an engine's log, by what it is wanted for: those who want the same share it.
@available(SwiftSSE 1.0, *)
struct EngineRead: Hashable {
    let selection: TopicSelection
    let epoch: UInt64
    let cursor: UInt64

    init(_ subscriber: Subscriber) {
        self.selection = subscriber.group.selection
        self.epoch = subscriber.epoch
        self.cursor = subscriber.cursor
    }
}
