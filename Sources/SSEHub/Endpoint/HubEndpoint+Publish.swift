internal import NIOHTTP1
internal import SSEBroker
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension HubEndpoint {
    func publish(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> ServerReply {
        switch self.access.publishing {
        case .nobody:
            throw HubRefusal(.forbidden, "Nobody may publish to this hub.")
        case .everybody:
            try self.origins.checkOpenPublishing(request.head)
            return try self.publish(request, nil)
        case .bearersOfTokens(let verifier):
            guard let credentials = try self.credentials(request, target) else { throw .missingToken("Publishing") }
            guard !credentials.isCookie || self.origins.allowsCookie(of: request.head) else {
                throw HubRefusal(
                    .forbidden,
                    "With a cookie, only pages of the hub's own origin and of allowed origins may publish."
                )
            }
            return try self.withGrant(of: credentials.token, verifier) { grant throws(HubRefusal) in
                try self.publish(request, grant)
            }
        }
    }

    /// - Parameter grant: What the publisher may do, `nil` for anything.
    private func publish(_ request: ServerRequest, _ grant: TokenGrant?) throws(HubRefusal) -> ServerReply {
        let type = request.head.headers.first(name: "Content-Type")?.prefix { $0 != ";" }.lowercased()
        guard type?.trimmingSpaces == "application/x-www-form-urlencoded" else {
            throw HubRefusal(.unsupportedMediaType, "Send the event as application/x-www-form-urlencoded.")
        }
        var publication = try PublishForm(request.body).publication
        publication.idempotencyKey = try IdempotencyKeyField(request.head.headers)?.key
        let limits = self.broker.configuration.limits
        // Before each of them is looked at.
        guard publication.topics.count <= limits.topicsPerEvent else {
            throw HubRefusal(.payloadTooLarge, "An event has at most \(limits.topicsPerEvent) topics.")
        }
        for topic in publication.topics where self.reservedTopics.contains(topic.rawValue) {
            throw HubRefusal(.badRequest, "Topics beneath \(Self.path) are the hub's own.")
        }
        guard !self.names.reservedTypes.contains(publication.event.type.rawValue) else {
            throw HubRefusal(.badRequest, "Events of this type are the hub's own.")
        }
        guard grant?.allowsPublishing(to: publication.topics) ?? true else {
            throw HubRefusal(
                .forbidden,
                "The token does not allow to publish to all of these topics.",
                headers: ["WWW-Authenticate": "Bearer error=\"insufficient_scope\""]
            )
        }
        do throws(BrokerError) {
            let receipt = try PublishTracing.trace(publication, request.head.headers) { () throws(BrokerError) in
                try self.broker.publishImmediately(publication)
            }
            if let receipt { return .response(Self.response(receipt)) }
        } catch {
            throw HubRefusal(error)
        }
        return .later { [publication] in
            do throws(BrokerError) {
                let receipt = try await PublishTracing.trace(publication, request.head.headers) {
                    () async throws(BrokerError) in try await self.broker.publish(publication)
                }
                return .response(Self.response(receipt))
            } catch {
                return .response(HubRefusal(error).response)
            }
        }
    }

    private static func response(_ receipt: PublishReceipt) -> ServerResponse {
        var response = ServerResponse(.ok, text: receipt.id)
        if receipt.isDuplicate { response.headers.add(name: "Idempotent-Replayed", value: "true") }
        return response
    }
}

extension String {
    fileprivate var trimmingSpaces: Substring {
        self.drop { $0 == " " }.prefix { $0 != " " }
    }
}
