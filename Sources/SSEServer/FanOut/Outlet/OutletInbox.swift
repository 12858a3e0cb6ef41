internal import DequeModule

/// The events of the connections of an event loop, in order, on their way to the shard that serves them.
///
/// It is one queue for an event loop. What an outlet tells while it is being served, as when a write shows that the connection
/// is broken, waits until that is done: nobody's state changes under its hands.
@available(SwiftSSE 1.0, *)
final class OutletInbox {
    enum Event {
        /// The outlet is in its place. It may be written to at once, or will tell of ``writable``.
        case opened(isWritable: Bool)
        /// The connection takes more.
        case writable
        /// The client has sent much where it has nothing to send.
        case flooded
        /// The connection is closed, or the outlet has left it. The last event of an outlet but for repetitions.
        case closed
    }

    private var events: Deque<(event: Event, id: StreamID)> = []
    private var isHeld = false
    /// Takes the events. Set by whoever serves the outlets.
    var onEvent: ((Event, StreamID) -> Void)?

    func push(_ event: Event, _ id: StreamID) {
        self.events.append((event, id))
        if !self.isHeld { self.hold {} }
    }

    /// Runs something, and then hands on what outlets have told in the meantime.
    func hold<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        guard !self.isHeld else { return try body() }
        self.isHeld = true
        defer {
            while let (event, id) = self.events.popFirst() { self.onEvent?(event, id) }
            self.isHeld = false
        }
        return try body()
    }
}

/// Names a stream of an event loop, whatever other stream has its place by now.
@available(SwiftSSE 1.0, *)
struct StreamID: Hashable, Sendable {
    /// A small number that is used again when the stream is over.
    let handle: Int32
    /// How many streams the shard had had before.
    let number: UInt64
}
