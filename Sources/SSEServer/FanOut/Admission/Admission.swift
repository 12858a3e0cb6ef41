internal import NIOCore
internal import Synchronization
public import SSEBroker

/// A place among a broker's subscribers, before the client's stream has begun. It is given back unless it is used.
///
/// Made by ``FanOut/admission(to:from:details:lifetime:onEnd:)``, so that a client can be refused, or told how its
/// stream begins, by the head of the response.
@available(SwiftSSE 1.0, *)
public final class Admission: Sendable {
    /// Which events the client wants.
    public let selection: TopicSelection

    /// The details that the client is told of each event beside the event itself.
    public let details: EventDetails

    /// Where the stream begins.
    let cursor: ResumedCursor

    /// How long the stream may last, whatever the fan-out's own limit is.
    let lifetime: Duration?

    /// Is called when the stream is over, or will never begin.
    let onEnd: (@Sendable () -> Void)?

    private let broker: Broker
    private let places: PlaceCount
    private let isUsed = Atomic(false)

    /// - Parameters:
    ///   - places: Where the client has taken its place.
    ///   - cursor: Where a subscriber begins whom the broker has counted in.
    init(
        _ broker: Broker,
        _ places: PlaceCount,
        _ selection: TopicSelection,
        _ details: EventDetails,
        at cursor: ResumedCursor,
        lifetime: Duration?,
        onEnd: (@Sendable () -> Void)?
    ) {
        self.cursor = cursor
        self.selection = selection
        self.details = details
        self.lifetime = lifetime
        self.onEnd = onEnd
        self.broker = broker
        self.places = places
    }

    deinit {
        guard !self.isUsed.load(ordering: .acquiring) else { return }
        self.broker.release(self.selection)
        self.onEnd?()
        self.places.giveBack()
    }

    /// How the stream begins. With `ResumeOutcome.gap` the first event says the same.
    public var outcome: ResumeOutcome { self.cursor.outcome }

    /// The id of the last event that is not sent, `nil` if there is none. The Mercure protocol tells it to clients that
    /// came with a last event ID, so that they can see whether it is theirs.
    public var lastEventID: String? { self.cursor.lastEventID }

    /// The position behind which the stream begins. A client resumes from its `wireID` if it leaves
    /// before it has had an event.
    public var position: EventPosition { EventPosition(epoch: self.cursor.epoch, sequence: self.cursor.sequence) }

    /// Leaves the place to a subscriber, who gives it back when it leaves.
    ///
    /// - Returns: Whether it was still there.
    func use() -> Bool { !self.isUsed.exchange(true, ordering: .acquiringAndReleasing) }
}

/// How many clients of a fan-out have a place: those with a stream, and those whose stream has still to begin. What is
/// read from an engine for them has one as well.
@available(SwiftSSE 1.0, *)
final class PlaceCount: Sendable {
    private struct State {
        var count = 0
        var waiters: [EventLoopPromise<Bool>] = []
    }

    private let state = Mutex(State())

    /// The number of places that are taken.
    var current: Int { self.state.withLock { $0.count } }

    /// How many wait until nobody has a place.
    var waiterCount: Int { self.state.withLock { $0.waiters.count } }

    func take() { self.state.withLock { $0.count += 1 } }

    func giveBack() {
        let waiters = self.state.withLock { state -> [EventLoopPromise<Bool>] in
            state.count -= 1
            guard state.count == 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.succeed(true) }
    }

    /// Fulfils a promise with `true` when nobody has a place, unless somebody else has fulfilled it before.
    func notify(_ promise: EventLoopPromise<Bool>) {
        let isNone = self.state.withLock { state in
            if state.count > 0 { state.waiters.append(promise) }
            return state.count == 0
        }
        if isNone { promise.succeed(true) }
    }
}

/// A mark that one of many threads gets to set.
@available(SwiftSSE 1.0, *)
package final class AtomicFlag: Sendable {
    private let value = Atomic(false)

    package init() {}

    package var isSet: Bool { self.value.load(ordering: .acquiring) }

    /// Sets it, and tells whether it was not set before.
    package func set() -> Bool { !self.value.exchange(true, ordering: .acquiringAndReleasing) }

    /// Clears it. Who sets it later sees what has been done before, and the other way round.
    package func clear() { _ = self.value.exchange(false, ordering: .acquiringAndReleasing) }
}
