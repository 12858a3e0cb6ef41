package import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension Finding {
    package init(_ item: EventStreamItem) {
        switch item {
        case .event(let event): self.init(event)
        case .comment(let text): self = .comment(ByteText(text))
        case .retry(let time): self = .retry(time.milliseconds)
        case .lastEventID(let id): self = .lastEventID(ByteText(id.rawValue))
        case .invalidData(_, let id): self = .invalidData(id: id.map { ByteText($0.rawValue) })
        }
    }

    package init(_ event: ServerSentEvent) {
        self = .event(
            type: ByteText(event.type.rawValue),
            data: ByteText(event.bytes),
            id: event.id.map { ByteText($0.rawValue) },
            retry: event.retry?.milliseconds
        )
    }

    /// What a raw item reads as, once its bytes are decoded.
    package init(_ item: RawEventStreamItem, dataEncoding: DataEncoding) {
        switch item {
        case .event(let event):
            do throws(ServerSentEventsError) {
                self.init(try event.makeEvent(dataEncoding: dataEncoding))
            } catch {
                self = .invalidData(id: event.id.map { ByteText(String(decoding: $0, as: UTF8.self)) })
            }
        case .comment(let text): self = .comment(ByteText(String(decoding: text, as: UTF8.self)))
        case .retry(let time): self = .retry(time.milliseconds)
        case .lastEventID(let id): self = .lastEventID(ByteText(String(decoding: id, as: UTF8.self)))
        }
    }
}
