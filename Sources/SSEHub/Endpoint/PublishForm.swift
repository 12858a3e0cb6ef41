internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import ServerSentEvents

/// What a publisher sends: a form with `topic` (the first is canonical, the others alternate), `data`, `id`, `type`,
/// `retry` and `private`.
@available(SwiftSSE 1.0, *)
struct PublishForm {
    let publication: Publication

    /// Reads a form.
    init(_ body: ByteBuffer) throws(HubRefusal) {
        let fields = try FormFields(body.readableBytesView)
        let names = fields.all("topic")
        guard !names.isEmpty else { throw HubRefusal(.badRequest, "A topic is missing: send at least one `topic`.") }
        do throws(BrokerError) {
            var topics: [Topic] = []
            for name in names { topics.append(try Topic(name)) }
            // The field's presence says it, whatever its value.
            self.publication = Publication(
                try Self.event(fields),
                topics: topics,
                isPrivate: fields["private"] != nil
            )
        } catch {
            throw HubRefusal(error)
        }
    }

    private static func event(_ fields: FormFields) throws(BrokerError) -> ServerSentEvent {
        do throws(ServerSentEventsError) {
            // An empty type or id says no more than none.
            let type = fields["type"].flatMap { $0.isEmpty ? nil : $0 }
            let id = fields["id"].flatMap { $0.isEmpty ? nil : $0 }
            var event = ServerSentEvent(data: fields["data"] ?? "")
            if let type { event.type = try ServerSentEvent.EventType(type) }
            if let id {
                guard let first = id.utf8.first, let last = id.utf8.last, !first.isBlank, !last.isBlank else {
                    throw ServerSentEventsError(
                        code: .invalidEventID,
                        message: "An `id` does not begin or end with a blank: no header could bring it back."
                    )
                }
                event.id = try ServerSentEvent.EventID(id)
            }
            if let retry = fields["retry"] {
                guard let milliseconds = UInt32(retry), retry.utf8.allSatisfy({ (48...57).contains($0) }) else {
                    throw ServerSentEventsError(
                        code: .invalidReconnectionTime,
                        message: "`retry` is a number of milliseconds."
                    )
                }
                event.retry = .milliseconds(milliseconds)
            }
            return event
        } catch {
            throw BrokerError(code: .invalidEvent, message: error.message, cause: error)
        }
    }
}

extension UInt8 {
    /// A Boolean value that indicates whether this is a blank at the end of a header's value (RFC 9110, section 5.6.3).
    fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}

/// The header `Idempotency-Key` of a request to publish, by which a repetition is recognised (the Internet-Draft
/// draft-ietf-httpapi-idempotency-key-header).
///
/// The draft wants a string in quotes; most clients send the key as it is. Both are understood, and mean the same key.
struct IdempotencyKeyField {
    static let name = "Idempotency-Key"
    /// Enough for what people make keys of: UUIDs, hashes, and ids of their own.
    static let maximumByteCount = 255

    let key: String

    /// Reads the header.
    ///
    /// - Returns: `nil` if there is none.
    /// - Throws: `HubRefusal` with the status 400 if it is no key.
    init?(_ headers: HTTPHeaders) throws(HubRefusal) {
        let values = headers[Self.name]
        guard let value = values.first else { return nil }
        var key = value[...]
        if key.first == "\"", key.last == "\"", key.utf8.count >= 2 { key = key.dropFirst().dropLast() }
        let isPlain = key.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        guard values.count == 1, !key.isEmpty, isPlain, key.utf8.count <= Self.maximumByteCount else {
            throw HubRefusal(
                .badRequest,
                "Send one \(Self.name) of 1 to \(Self.maximumByteCount) visible characters of ASCII, without \" and \\."
            )
        }
        self.key = String(key)
    }
}
