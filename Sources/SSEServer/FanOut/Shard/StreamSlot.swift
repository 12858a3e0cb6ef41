internal import NIOCore
internal import SSEBroker

/// A stream of an event loop, as its shard keeps it: the subscriber's machine and what it steers.
@available(SwiftSSE 1.0, *)
struct StreamSlot {
    let id: StreamID
    var machine: SubscriberMachine
    let outlet: StreamOutlet
    let group: SubscriberGroup
    /// How many bytes of events have been sent.
    var sentBytes = 0
    /// Whether it has a place in the queue of those who read the log from where they are.
    var isQueued = false
    /// Whom to tell when the stream is over.
    let onEnd: StreamEndObserver
}

/// Whom to tell when a stream is over.
@available(SwiftSSE 1.0, *)
struct StreamEndObserver {
    /// Gives back what the subscriber was admitted with.
    var release: (@Sendable () -> Void)?
    /// Takes the number of bytes of events that have been sent, and why the stream is over.
    var report: ((Int, StreamEndReason) -> Void)?
    var promise: EventLoopPromise<Void>?
}

/// Where the streams of an event loop stand in their shard's storage, which has no holes: when one is removed the last one
/// takes its place.
@available(SwiftSSE 1.0, *)
struct StreamIndex {
    /// The place of the stream with each handle, and the number of that stream; -1 for none.
    private var entries: ContiguousArray<(place: Int32, number: UInt64)> = []
    private var free: [Int32] = []
    /// How many streams there have been.
    private var number: UInt64 = 0

    /// Adds a stream.
    mutating func insert(at place: Int) -> StreamID {
        self.number += 1
        let entry = (place: Int32(place), number: self.number)
        guard let handle = self.free.popLast() else {
            self.entries.append(entry)
            return StreamID(handle: Int32(self.entries.count - 1), number: self.number)
        }
        self.entries[Int(handle)] = entry
        return StreamID(handle: handle, number: self.number)
    }

    /// Removes a stream.
    mutating func remove(_ id: StreamID) {
        self.entries[Int(id.handle)].place = -1
        self.free.append(id.handle)
        if self.free.count == self.entries.count {
            self.entries = []
            self.free = []
        }
    }

    /// Notes that a stream has another place.
    mutating func move(_ id: StreamID, to place: Int) { self.entries[Int(id.handle)].place = Int32(place) }

    /// The place of a stream, `nil` if it is over.
    subscript(id: StreamID) -> Int? {
        guard id.handle < self.entries.count else { return nil }
        let entry = self.entries[Int(id.handle)]
        return entry.number == id.number && entry.place >= 0 ? Int(entry.place) : nil
    }
}
