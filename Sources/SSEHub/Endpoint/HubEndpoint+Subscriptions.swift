internal import NIOHTTP1
internal import SSEBroker
internal import SSEHTTPServer
internal import SSEServer

// The subscription API (Mercure 0.x, “Subscription API”): all subscriptions, those to a selector, and one.
@available(SwiftSSE 1.0, *)
extension HubEndpoint {
    /// The most bytes of a document of subscriptions, of which each has its subscriber's payload.
    static let maximumCollectionBytes = 8 * 1024 * 1024

    /// - Parameter rest: The segments of the path beneath that of all subscriptions.
    func subscriptions(
        _ registry: SubscriptionRegistry,
        _ request: ServerRequest,
        _ target: RequestTarget,
        _ rest: [Substring]
    ) throws(HubRefusal) -> ServerReply {
        guard rest.count <= 2, !rest.contains("") else { throw .unknownSubscription }
        return try self.withSubscriber(request, target, needsToken: true) { grant throws(HubRefusal) in
            // The path alone: what follows a question mark gives no right.
            guard let topic = try? Topic(target.path), let grant, TopicSet(grant.subscribe).matches(topic) else {
                throw .insufficientScope("The token does not allow to see these subscriptions.")
            }
            // There may be very many.
            return .waiting(for: { () throws(HubRefusal) in
                let permit = try self.subscriptionPermits.take(for: "subscriptions")
                var response = try self.response(registry, request.head, target.path, rest)
                response.heldUntilSent = permit
                return .response(response)
            })
        }
    }

    private func response(
        _ registry: SubscriptionRegistry,
        _ head: HTTPRequestHead,
        _ path: String,
        _ rest: [Substring]
    ) throws(HubRefusal) -> ServerResponse {
        let bounds = self.broker.bounds
        let last = EventPosition(epoch: bounds.epoch, sequence: bounds.last)
        let lastEventID = bounds.last == 0 ? "earliest" : last.wireID
        let (all, generation) = registry.all()
        let tag = "\"\(generation)-\(PercentEncoding.encode(lastEventID))\""
        let headers: HTTPHeaders = ["ETag": tag, "Cache-Control": "private, no-cache"]
        let isKnown = head.headers[canonicalForm: "If-None-Match"].contains {
            $0 == "*" || $0 == tag || $0 == "W/" + tag
        }
        do {
            let json: String
            if rest.count == 2 {
                // Compared as they are written, which is in one way only.
                guard let subscription = all.first(where: { $0.id == path }) else {
                    throw HubRefusal.unknownSubscription
                }
                if isKnown { return ServerResponse(.notModified, headers: headers) }
                json = try SubscriptionDocument(subscription, isActive: true, lastEventID: lastEventID).json()
            } else {
                if isKnown { return ServerResponse(.notModified, headers: headers) }
                let members = rest.isEmpty ? all : all.filter { $0.id.hasPrefix(path + "/") }
                guard members.reduce(0, { $0 + $1.documentByteCount }) <= Self.maximumCollectionBytes else {
                    throw HubRefusal(
                        .serviceUnavailable,
                        "There are too many subscriptions for one document; ask for those of one selector."
                    )
                }
                let sorted = members.sorted { $0.id < $1.id }
                json = try SubscriptionCollection(id: path, lastEventID: lastEventID, sorted).json()
            }
            return ServerResponse(.ok, headers: headers, text: json, type: "application/ld+json")
        } catch let error as HubRefusal {
            throw error
        } catch {
            throw HubRefusal(.internalServerError, "The subscriptions cannot be written.")
        }
    }
}

@available(SwiftSSE 1.0, *)
extension HubRefusal {
    fileprivate static let unknownSubscription = HubRefusal(.notFound, "There is no such subscription.")
}
