@available(SwiftSSE 1.0, *)
extension BrokerLimits {
    /// Checks an event before it goes to the engine.
    func check(_ publication: Publication) throws(BrokerError) {
        guard !publication.topics.isEmpty else {
            throw BrokerError(code: .noTopics, message: "An event needs a topic.")
        }
        guard publication.topics.count <= self.topicsPerEvent else {
            throw BrokerError(
                code: .tooManyTopics,
                message: "An event has at most \(self.topicsPerEvent) topics, not \(publication.topics.count)."
            )
        }
        let byteCount = publication.event.withBytes { $0.count }
        guard byteCount <= self.eventBytes else {
            throw BrokerError(
                code: .eventTooLarge,
                message: "An event has at most \(self.eventBytes) bytes of data, not \(byteCount)."
            )
        }
        if let key = publication.idempotencyKey, key.utf8.count > self.idBytes {
            throw BrokerError(
                code: .invalidID,
                message: "An idempotency key has at most \(self.idBytes) bytes, not \(key.utf8.count)."
            )
        }
        if let id = publication.event.id { try self.check(id: id.rawValue) }
    }

    /// Checks what somebody wants to subscribe to.
    func check(_ selection: TopicSelection) throws(BrokerError) {
        guard selection.wanted.selectorCount > 0 else {
            throw BrokerError(code: .noTopics, message: "A subscription needs a topic.")
        }
        guard selection.wanted.selectorCount <= self.topicsPerSubscription else {
            throw BrokerError(
                code: .tooManyTopics,
                message:
                    "A subscription has at most \(self.topicsPerSubscription) topics, not \(selection.wanted.selectorCount)."
            )
        }
    }

    private func check(id: String) throws(BrokerError) {
        guard !id.isEmpty, id != "earliest", id.utf8.first != UInt8(ascii: "#") else {
            throw BrokerError(
                code: .invalidID,
                message: "An event's id cannot be empty, cannot be `earliest` and cannot begin with `#`."
            )
        }
        guard id.utf8.count <= self.idBytes else {
            throw BrokerError(
                code: .invalidID,
                message: "An event's id has at most \(self.idBytes) bytes, not \(id.utf8.count)."
            )
        }
        guard !id.unicodeScalars.contains(where: \.isControlOrFormat) else {
            throw BrokerError(code: .invalidID, message: "An event's id cannot hold control or format characters.")
        }
    }
}
