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
                try check(natsMsgHeader_Set(message, MessageHeader.topics, topics))
            }
            if let id = event.id {
                try check(natsMsgHeader_Set(message, MessageHeader.id, PercentText.header(id.rawValue)))
            }
            if event.type != .message {
                try check(natsMsgHeader_Set(message, MessageHeader.type, PercentText.header(event.type.rawValue)))
            }
            if let retry = event.retry {
                try check(natsMsgHeader_Set(message, MessageHeader.retry, String(retry.milliseconds)))
            }
            if publication.isPrivate { try check(natsMsgHeader_Set(message, MessageHeader.isPrivate, "1")) }
        } catch {
            natsMsg_Destroy(message)
            throw error
        }
        return message
    }

    // MARK: Reading

    /// Reads a message. Whatever it is, and whoever has sent it, it becomes a record: a hole, if it is no event.
    func record(of message: OpaquePointer, at position: EventPosition) -> LogRecord {
        guard let topics = self.topics(of: message), let event = self.event(of: message) else {
            return .hole(at: position)
        }
        let isPrivate = MessageHeader.value(MessageHeader.isPrivate, of: message) { _ in true } ?? false
        let record = try? LogRecord(position: position, topics: topics, event: event, isPrivate: isPrivate)
        return record ?? .hole(at: position)
    }

    private func topics(of message: OpaquePointer) -> [Topic]? {
        let listed = MessageHeader.value(MessageHeader.topics, of: message) { value -> [Topic]? in
            var topics: [Topic] = []
            for part in value.bytes.split(separator: UInt8(ascii: " ")) {
                // With a topic left out, the event would be another one.
                guard let text = PercentText.read(part), let topic = try? Topic(text) else { return nil }
                topics.append(topic)
            }
            return topics.isEmpty ? nil : topics
        }
        if let listed { return listed }
        return natsMsg_GetSubject(message).flatMap { self.subjects.topic(of: $0) }.map { [$0] }
    }

    /// Reads the event of a message, `nil` if its data is no text: streams of events carry nothing else.
    private func event(of message: OpaquePointer) -> ServerSentEvent? {
        let count = Int(natsMsg_GetDataLength(message))
        let data = UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: max(0, count))
        guard let text = String(validating: data, as: UTF8.self) else { return nil }
        var event = ServerSentEvent(data: text)
        if let text = MessageHeader.text(MessageHeader.type, of: message),
            let type = try? ServerSentEvent.EventType(text)
        {
            event.type = type
        }
        // An id that brokers would not accept from publishers: the position takes its place.
        if let text = MessageHeader.text(MessageHeader.id, of: message), !text.isEmpty, text != "earliest",
            text.utf8.first != UInt8(ascii: "#"), text.utf8.count <= Self.maximumIDByteCount,
            let id = try? ServerSentEvent.EventID(text)
        {
            event.id = id
        }
        if let text = MessageHeader.text(MessageHeader.retry, of: message), let milliseconds = Int64(text),
            milliseconds >= 0
        {
            event.retry = try? ServerSentEvent.ReconnectionTime(.milliseconds(milliseconds))
        }
        return event
    }
}
#endif
