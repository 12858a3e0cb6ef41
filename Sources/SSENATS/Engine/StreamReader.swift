#if NATS
internal import CNats
internal import SSEBroker

/// Reads a part of a stream. Waits for the servers, so not to be used by a task.
///
/// It compares nothing with a selection, since others wait for its thread: what a selection may not want is left out
/// afterwards, by the task.
///
/// Many messages come by a consumer that lives for one reading. What that does not give, because its server is behind
/// the stream's leader or because numbers were deleted, the leader is asked for one by one: only it knows that there is
/// nothing.
@available(SwiftSSE 1.0, *)
struct StreamReader: ~Copyable {
    /// The most numbers that are looked at in one reading.
    static let windowLength: UInt64 = 1000
    /// The most numbers that the leader is asked for one by one.
    private static let singleCount: UInt64 = 8
    /// The most bytes of events that are read, but for the last message, if nobody wants less.
    static let maximumByteCount = 8 * 1024 * 1024

    private let stream: String
    private let connection: NATSConnection
    private let codec: MessageCodec
    private let limit: Int
    private let timeout: Duration
    private let epoch: UInt64

    private var records: [LogRecord] = []
    /// The last number that has been looked at.
    private var cursor: UInt64
    private var firstHole: UInt64?
    private var byteCount = 0
    private var topics = TopicMemory()
    private var byteLimit = Self.maximumByteCount

    /// Reads all events behind a cursor.
    static func read(
        _ engine: JetStreamEngine,
        _ connection: NATSConnection,
        after cursor: UInt64,
        limit: Int,
        bytes: Int
    ) throws(NATSFailure) -> LogSlice {
        let stream = engine.configuration.stream
        let before = try StreamSnapshot.read(stream, connection)
        var slice = LogSlice(records: [], cursor: cursor, isMissingEvents: cursor &+ 1 < before.first)
        slice.cursor = max(cursor, before.first - 1)
        guard slice.cursor < before.last, limit > 0 else { return slice }
        var reader = StreamReader(engine, connection, after: slice.cursor, limit: limit, before.epoch)
        reader.byteLimit = min(bytes, Self.maximumByteCount)
        try reader.read(through: before.last)
        slice.cursor = reader.cursor
        slice.records = reader.records
        if let hole = reader.firstHole {
            // Was it deleted, or has it left the stream in the meantime?
            let after = try StreamSnapshot.read(stream, connection)
            guard after.epoch == before.epoch else {
                throw NATSFailure(NATS_ERR, text: "the stream has been made again meanwhile")
            }
            if hole < after.first { slice.isMissingEvents = true }
        }
        return slice
    }

    private init(
        _ engine: JetStreamEngine,
        _ connection: NATSConnection,
        after cursor: UInt64,
        limit: Int,
        _ epoch: UInt64
    ) {
        self.stream = engine.configuration.stream
        self.codec = engine.codec
        self.timeout = engine.configuration.requestTimeout
        self.connection = connection
        self.cursor = cursor
        self.limit = limit
        self.epoch = epoch
    }

    private var isDone: Bool { self.records.count >= self.limit || self.byteCount >= self.byteLimit }

    private mutating func read(through last: UInt64) throws(NATSFailure) {
        let end = min(last, self.cursor + min(UInt64(self.limit), Self.windowLength))
        let start = self.cursor
        if end - start > Self.singleCount { try self.readMany(through: end) }
        guard self.cursor == start || end - start <= Self.singleCount else { return }
        let stop = min(end, start + Self.singleCount)
        while self.cursor < stop, !self.isDone { try self.readOne() }
    }

    // MARK: One by one

    private mutating func readOne() throws(NATSFailure) {
        let sequence = self.cursor + 1
        var message: OpaquePointer?
        var code = jsErrCode(0)
        do throws(NATSFailure) {
            try check(js_GetMsg(&message, self.connection.context, self.stream, sequence, nil, &code), code)
        } catch  where error.has(JSNoMessageFoundErr) || error.status == NATS_NOT_FOUND {
            return self.addHoles(before: sequence + 1)
        }
        defer { natsMsg_Destroy(message) }
        guard let message else { throw NATSFailure(NATS_ERR, text: "the answer is empty") }
        self.add(message, sequence, time: UInt64(clamping: natsMsg_GetTime(message)))
    }

    private mutating func add(_ message: OpaquePointer, _ sequence: UInt64, time: UInt64) {
        self.addHoles(before: sequence)
        let position = EventPosition(epoch: self.epoch, sequence: sequence)
        self.add(self.codec.record(of: message, at: position, time: time, &self.topics))
    }

    private mutating func add(_ record: LogRecord) {
        self.records.append(record)
        self.byteCount += record.byteCount
        self.cursor = record.position.sequence
    }

    private mutating func addHoles(before end: UInt64) {
        while self.cursor + 1 < end, !self.isDone {
            if self.firstHole == nil { self.firstHole = self.cursor + 1 }
            self.add(.hole(at: EventPosition(epoch: self.epoch, sequence: self.cursor + 1)))
        }
    }

    // MARK: Many at a time

    private mutating func readMany(through end: UInt64) throws(NATSFailure) {
        let name = try self.makeConsumer()
        defer {
            // If this fails, the server does it by itself some seconds later.
            _ = js_DeleteConsumer(self.connection.context, self.stream, name, nil, nil)
        }
        var subject: UnsafeMutablePointer<CChar>?
        try check(natsInbox_Create(&subject))
        defer { natsInbox_Destroy(subject) }
        var subscription: OpaquePointer?
        try check(natsConnection_SubscribeSync(&subscription, self.connection.handle, subject))
        guard let subscription else { throw NATSFailure(NATS_ERR) }
        defer { self.connection.end(subscription) }
        try check(natsSubscription_SetPendingLimits(subscription, -1, -1))
        let request = "{\"batch\":\(end - self.cursor),\"no_wait\":true}"
        try check(
            natsConnection_PublishRequestString(
                self.connection.handle,
                "$JS.API.CONSUMER.MSG.NEXT.\(self.stream).\(name)",
                subject,
                request
            )
        )
        while self.cursor < end, !self.isDone {
            var message: OpaquePointer?
            let status = natsSubscription_NextMsg(&message, subscription, self.timeout.wholeMilliseconds)
            // What has come is good, whatever becomes of the rest.
            guard status == NATS_OK, let message else { return }
            defer { natsMsg_Destroy(message) }
            // Instead of a message, a word about there being no more.
            guard let delivery = natsMsg_GetReply(message).flatMap({ DeliverySubject($0) }) else { return }
            guard delivery.streamSequence > self.cursor else { continue }
            self.addHoles(before: min(delivery.streamSequence, end + 1))
            guard !self.isDone, delivery.streamSequence <= end else { return }
            self.add(message, delivery.streamSequence, time: delivery.time)
        }
    }

    private func makeConsumer() throws(NATSFailure) -> String {
        var configuration = jsConsumerConfig()
        try check(jsConsumerConfig_Init(&configuration))
        configuration.DeliverPolicy = js_DeliverByStartSequence
        configuration.OptStartSeq = self.cursor + 1
        configuration.AckPolicy = js_AckExplicit
        configuration.InactiveThreshold = Duration.seconds(5).wholeNanoseconds
        configuration.Replicas = 1
        configuration.MemoryStorage = true
        var information: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode(0)
        let status = js_AddConsumer(&information, self.connection.context, self.stream, &configuration, nil, &code)
        try check(status, code)
        defer { jsConsumerInfo_Destroy(information) }
        guard let name = information?.pointee.Name else { throw NATSFailure(NATS_ERR, text: "the answer is empty") }
        return String(cString: name)
    }
}
#endif
