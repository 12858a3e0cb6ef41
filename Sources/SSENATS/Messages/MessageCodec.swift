#if NATS
internal import CNats
internal import SSEBroker
internal import ServerSentEvents

/// Makes messages of events and events of messages.
@available(SwiftSSE 1.0, *)
struct MessageCodec: Sendable {
    /// The longest id that is taken from a message, in bytes.
    private static let maximumIDByteCount = 256

    let subjects: SubjectEncoding

    // MARK: Writing

    /// Refuses an event that nobody could be sent.
    func checkIsText(_ event: ServerSentEvent) throws(BrokerError) {
        do throws(ServerSentEventsError) {
            _ = try EventStreamEncoder().encodedByteCount(of: event)
        } catch {
            throw BrokerError(code: .invalidEvent, message: error.message, cause: error)
        }
    }

    /// Makes a message, which the caller owns.
    func message(of publication: Publication) throws(NATSFailure) -> OpaquePointer {
        guard let topic = publication.topics.first else {
            throw NATSFailure(NATS_INVALID_ARG, text: "an event needs a topic")
        }
        let (subject, isReadable) = self.subjects.subject(of: topic)
        var message: OpaquePointer?
        let event = publication.event
        let status = event.withBytes { bytes in
            bytes.withUnsafeBytes { bytes in
                natsMsg_Create(
                    &message,
                    subject,
                    nil,
                    bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                    Int32(clamping: bytes.count)
                )
            }
        }
        try check(status)
        guard let message else { throw NATSFailure(NATS_NO_MEMORY) }
        do throws(NATSFailure) {
            if publication.topics.count > 1 || !isReadable {
                let topics = publication.topics.map { PercentText.header($0.rawValue) }.joined(separator: " ")
                try MessageHeader.topics.set(topics, in: message)
            }
            if let id = event.id {
                try MessageHeader.id.set(PercentText.header(id.rawValue), in: message)
            }
            if event.type != .message {
                try MessageHeader.type.set(PercentText.header(event.type.rawValue), in: message)
            }
            if let retry = event.retry {
                try MessageHeader.retry.set(String(retry.milliseconds), in: message)
            }
            if publication.isPrivate { try MessageHeader.isPrivate.set("1", in: message) }
        } catch {
            natsMsg_Destroy(message)
            throw error
        }
        return message
    }

    // MARK: Reading

    /// Reads a message. Whatever it is, and whoever has sent it, it becomes a record: a hole, if it is no event.
    ///
    /// - Parameter time: The time at which the message was stored, in nanoseconds since 1970; 0 if that is not known.
    func record(
        of message: OpaquePointer,
        at position: EventPosition,
        time: UInt64,
        _ memory: inout TopicMemory
    ) -> LogRecord {
        guard let topics = self.topics(of: message, &memory), let event = self.event(of: message) else {
            return .hole(at: position)
        }
        let isPrivate = MessageHeader.isPrivate.value(in: message) { _ in true } ?? false
        let record = try? LogRecord(
            position: position,
            topics: topics,
            event: event,
            isPrivate: isPrivate,
            time: time == 0 ? nil : .milliseconds(Int64(clamping: time / 1_000_000))
        )
        return record ?? .hole(at: position)
    }

    private func topics(of message: OpaquePointer, _ memory: inout TopicMemory) -> [Topic]? {
        let listed = MessageHeader.topics.value(in: message) { value -> [Topic]? in
            var topics: [Topic] = []
            for part in value.bytes.split(separator: UInt8(ascii: " ")) {
                // With a topic left out, the event would be another one.
                guard let text = PercentText.read(part), let topic = try? Topic(text) else { return nil }
                topics.append(topic)
            }
            return topics.isEmpty ? nil : topics
        }
        if let listed { return listed }
        guard let subject = natsMsg_GetSubject(message) else { return nil }
        return memory.topics(of: subject) { self.subjects.topic(of: $0) }
    }

    /// Reads the event of a message, `nil` if its data is no text: streams of events carry nothing else.
    private func event(of message: OpaquePointer) -> ServerSentEvent? {
        let count = Int(natsMsg_GetDataLength(message))
        let data = UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: max(0, count))
        guard let text = String(validating: data, as: UTF8.self) else { return nil }
        var event = ServerSentEvent(data: text)
        if let text = MessageHeader.type.text(in: message),
            let type = try? ServerSentEvent.EventType(text)
        {
            event.type = type
        }
        // An id that brokers would not accept from publishers: the position takes its place.
        if let text = MessageHeader.id.text(in: message), !text.isEmpty, text != "earliest",
            text.utf8.first != UInt8(ascii: "#"), text.utf8.count <= Self.maximumIDByteCount,
            let id = try? ServerSentEvent.EventID(text)
        {
            event.id = id
        }
        if let text = MessageHeader.retry.text(in: message), let milliseconds = Int64(text),
            milliseconds >= 0
        {
            event.retry = try? ServerSentEvent.ReconnectionTime(.milliseconds(milliseconds))
        }
        return event
    }
}
#endif
