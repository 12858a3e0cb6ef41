#if NATS
internal import CNats
internal import Dispatch
internal import SSEBroker

/// Follows a stream for one caller: delivers every message behind a cursor, for as long as the stream exists.
@available(SwiftSSE 1.0, *)
struct Follower {
    /// A consumer says once a second that it is alive.
    private static let silenceLimit = Duration.milliseconds(3500)
    /// The most records that are delivered at a time.
    private static let batchLength = 1000
    /// The most bytes of records that are delivered at a time, but for the last.
    private static let batchByteCount = 1024 * 1024
    /// The most numbers without an event that are filled up; more are a log that has been made anew in all but name.
    private static let maximumHoleLength: UInt64 = 1_000_000

    /// Why a consumer is given up.
    private enum Ending {
        /// Another one takes over at once.
        case renew
        /// Another one takes over in a while.
        case retry(String)
    }

    private let engine: JetStreamEngine
    private let deliver: @Sendable ([LogRecord]) throws(BrokerError) -> Void
    /// The last number that was delivered.
    private var cursor: UInt64
    private var epoch: UInt64?
    private var topics = TopicMemory()
    /// The last number of the consumer's own.
    private var consumerSequence: UInt64 = 0

    init(
        _ engine: JetStreamEngine,
        after cursor: UInt64,
        deliver: @escaping @Sendable ([LogRecord]) throws(BrokerError) -> Void
    ) {
        self.engine = engine
        self.cursor = cursor
        self.deliver = deliver
    }

    /// Follows until the task is cancelled.
    ///
    /// - Throws: `CancellationError`; ``BrokerError`` if events behind the cursor are gone; what `deliver` throws.
    mutating func run() async throws {
        while true {
            try Task.checkCancellation()
            switch try await self.followOnce() {
            case .renew: break
            case .retry(let reason):
                self.engine.noteFailure(reason)
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    /// Follows with one consumer.
    private mutating func followOnce() async throws -> Ending {
        let inbox = MessageInbox()
        switch await self.open(inbox) {
        case .failure(let error): return .retry(error.message)
        case .success(let opened): return try await self.follow(opened.consumer, opened.connection, inbox)
        }
    }

    private func open(
        _ inbox: MessageInbox
    ) async -> Result<(connection: NATSConnection, consumer: Consumer), BrokerError> {
        let (stream, cursor) = (self.engine.configuration.stream, self.cursor)
        do throws(BrokerError) {
            let connection = try await self.engine.connection()
            let consumer = try await self.engine.calls.run { () throws(BrokerError) in
                do throws(NATSFailure) {
                    return try Consumer(of: stream, after: cursor, to: inbox, connection)
                } catch {
                    throw BrokerError("The stream '\(stream)' cannot be followed", error)
                }
            }
            return .success((connection, consumer))
        } catch {
            return .failure(error)
        }
    }

    private mutating func follow(
        _ consumer: Consumer,
        _ connection: NATSConnection,
        _ inbox: MessageInbox
    ) async throws -> Ending {
        self.consumerSequence = 0
        let watcher = connection.state.addWatcher { inbox.signal(.interrupted) }
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now() + .milliseconds(500), repeating: .milliseconds(500))
        timer.setEventHandler { inbox.checkSilence(longerThan: Self.silenceLimit) }
        timer.activate()
        defer {
            timer.cancel()
            connection.state.removeWatcher(watcher)
            self.engine.calls.start { consumer.stop() }
        }
        // Now and not before: what the consumer delivers is of this stream, or of one that is gone and delivers
        // nothing.
        if let ending = try await self.checkStream() { return ending }
        while true {
            switch await inbox.next() {
            case .success(let messages):
                if let ending = try await self.take(messages, consumer) { return ending }
            case .failure(let reason):
                switch reason.signal {
                case .cancelled: throw CancellationError()
                case .interrupted: return .renew
                case .silent: return .retry("the stream's server has said nothing for \(Self.silenceLimit)")
                }
            }
        }
    }

    /// Makes sure that the stream is still the same, and that what comes next in it is still there.
    private mutating func checkStream() async throws(BrokerError) -> Ending? {
        // Before the stream is asked: others may get what comes after that.
        let newest = self.engine.newestDelivered
        let snapshot: StreamSnapshot
        switch await self.snapshot() {
        case .failure(let error): return .retry(error.message)
        case .success(let known): snapshot = known
        }
        if let epoch = self.epoch, epoch != snapshot.epoch {
            throw BrokerError(code: .eventsMissed, message: "The stream has been made again; its events are others.")
        }
        self.epoch = snapshot.epoch
        guard self.cursor + 1 >= snapshot.first else {
            throw BrokerError(code: .eventsMissed, message: "Events behind \(self.cursor) have left the stream.")
        }
        do throws(BrokerError) {
            try await self.engine.checkHistory(snapshot, cursor: self.cursor, newest)
            return nil
        } catch  where error.code != .eventsMissed {
            // The servers have gone again in the middle of it.
            return .retry(error.message)
        }
    }

    private func snapshot() async -> Result<StreamSnapshot, BrokerError> {
        do throws(BrokerError) {
            return .success(try await self.engine.snapshot())
        } catch {
            return .failure(error)
        }
    }

    // MARK: Messages

    /// Delivers messages, and frees them.
    ///
    /// - Returns: Why the consumer is to be given up, `nil` to go on.
    private mutating func take(_ messages: [UInt], _ consumer: Consumer) async throws -> Ending? {
        defer { for message in messages { natsMsg_Destroy(OpaquePointer(bitPattern: message)) } }
        guard let epoch else { return .renew }
        var records: [LogRecord] = []
        records.reserveCapacity(min(messages.count, Self.batchLength))
        var byteCount = 0
        for case let message? in messages.lazy.map({ OpaquePointer(bitPattern: $0) }) {
            guard let delivery = natsMsg_GetReply(message).flatMap({ DeliverySubject($0) }) else {
                // What is before a word about the flow has to be delivered before it is answered.
                try self.flush(&records)
                if let ending = self.takeStatus(message, consumer) { return ending }
                continue
            }
            guard delivery.consumerSequence == self.consumerSequence + 1 else {
                try self.flush(&records)
                return .renew
            }
            self.consumerSequence += 1
            let next = self.cursor + UInt64(records.count) + 1
            guard delivery.streamSequence >= next else { continue }
            if delivery.streamSequence > next {
                try self.flush(&records)
                switch await self.snapshot() {
                case .failure(let error): return .retry(error.message)
                case .success(let known):
                    try self.fillHole(upTo: delivery.streamSequence, epoch, first: known.first)
                }
            }
            let position = EventPosition(epoch: epoch, sequence: delivery.streamSequence)
            let record = self.engine.codec.record(of: message, at: position, time: delivery.time, &self.topics)
            records.append(record)
            byteCount += record.byteCount
            guard records.count == Self.batchLength || byteCount >= Self.batchByteCount else { continue }
            try self.flush(&records)
            byteCount = 0
        }
        try self.flush(&records)
        return nil
    }

    private mutating func flush(_ records: inout [LogRecord]) throws(BrokerError) {
        guard let last = records.last else { return }
        try self.deliver(records)
        self.cursor = last.position.sequence
        self.engine.noteDelivered(last)
        records.removeAll(keepingCapacity: true)
    }

    /// Delivers holes for numbers that were deleted. If they have left the stream by its limits, events are missed.
    ///
    /// - Parameter first: The first number that is in the stream now.
    private mutating func fillHole(upTo end: UInt64, _ epoch: UInt64, first: UInt64) throws(BrokerError) {
        guard first <= self.cursor + 1, end - self.cursor <= Self.maximumHoleLength else {
            throw BrokerError(code: .eventsMissed, message: "Events behind \(self.cursor) have left the stream.")
        }
        while self.cursor + 1 < end {
            let stop = min(end, self.cursor + 1 + UInt64(Self.batchLength))
            var holes = ((self.cursor + 1)..<stop).map {
                LogRecord.hole(at: EventPosition(epoch: epoch, sequence: $0))
            }
            try self.flush(&holes)
        }
    }

    /// Hears what a server says about the flow of messages instead of sending one.
    private func takeStatus(_ message: OpaquePointer, _ consumer: Consumer) -> Ending? {
        guard MessageHeader.status.plainText(in: message) == "100" else { return .renew }
        if let reply = natsMsg_GetReply(message) {
            self.answer(String(cString: reply), consumer)
        } else if let stalled = MessageHeader.stalled.plainText(in: message) {
            self.answer(stalled, consumer)
        }
        // A sign of life says what was sent last; if that has not come, it never will.
        guard let last = MessageHeader.lastOfConsumer.plainText(in: message) else {
            return nil
        }
        return UInt64(last) == self.consumerSequence ? nil : .renew
    }

    /// Not from here, since sending may wait for the socket.
    private func answer(_ subject: String, _ consumer: Consumer) {
        self.engine.calls.start { consumer.answerFlowControl(subject) }
    }
}
#endif
