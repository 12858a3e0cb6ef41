internal import NIOHTTP1
internal import SSEBroker
internal import SSEHTTPServer
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension HubEndpoint {
    /// Who wants to publish.
    enum Publisher {
        /// Whoever it is may publish whatever it likes.
        case anybody
        /// Somebody whose token has been verified.
        case bearer(TokenGrant)
        /// Somebody with a token that has to be verified.
        case unverified(String, TokenVerifier)
    }

    /// Finds out by a request's head who wants to publish.
    func publisher(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> Publisher {
        switch self.access.publishing {
        case .nobody:
            throw HubRefusal(.forbidden, "Nobody may publish to this hub.")
        case .everybody:
            try self.origins.checkOpenPublishing(request.head)
            return .anybody
        case .bearersOfTokens(let verifier):
            guard let credentials = try self.credentials(request, target) else { throw .missingToken("Publishing") }
            guard !credentials.isCookie || self.origins.allowsCookie(of: request.head) else {
                throw HubRefusal(
                    .forbidden,
                    "With a cookie, only pages of the hub's own origin and of allowed origins may publish."
                )
            }
            guard let grant = try verifier.known(credentials.token) else {
                return .unverified(credentials.token, verifier)
            }
            return .bearer(grant)
        }
    }

    func publish(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> ServerReply {
        switch try self.publisher(request, target) {
        case .anybody: try self.publish(request, nil)
        case .bearer(let grant): try self.publish(request, grant)
        case .unverified(let token, let verifier):
            .later {
                do throws(HubRefusal) {
                    return try self.publish(request, try await verifier.verify(token))
                } catch {
                    return .response(error.response)
                }
            }
        }
    }

    /// - Parameter grant: What the publisher may do, `nil` for anything.
    private func publish(_ request: ServerRequest, _ grant: TokenGrant?) throws(HubRefusal) -> ServerReply {
        guard request.head.isForm else {
            throw HubRefusal(.unsupportedMediaType, "Send the event as \(HTTPRequestHead.formType).")
        }
        var publication = try PublishForm(request.body).publication
        publication.idempotencyKey = try IdempotencyKeyField(request.head.headers)?.key
        let limits = self.broker.configuration.limits
        // Before each of them is looked at.
        guard publication.topics.count <= limits.topicsPerEvent else {
            throw HubRefusal(.payloadTooLarge, "An event has at most \(limits.topicsPerEvent) topics.")
        }
        for topic in publication.topics where self.reservedTopics.contains(topic.rawValue) {
            throw HubRefusal(.badRequest, "Topics beneath \(RequestTarget.hub) are the hub's own.")
        }
        guard !self.names.reservedTypes.contains(publication.event.type.rawValue) else {
            throw HubRefusal(.badRequest, "Events of this type are the hub's own.")
        }
        guard grant?.allowsPublishing(to: publication.topics) ?? true else {
            throw .insufficientScope("The token does not allow to publish to all of these topics.")
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

@available(SwiftSSE 1.0, *)
extension TokenGrant {
    /// Refuses somebody who may not publish to any topic.
    func checkPublishesAnything() throws(HubRefusal) {
        guard self.publish.isAll || self.publish.selectorCount > 0 else {
            throw .insufficientScope("The token does not allow to publish.")
        }
    }
}

extension HTTPRequestHead {
    /// The type of a form.
    static let formType = "application/x-www-form-urlencoded"

    /// A Boolean value that indicates whether the body is a form, as the field `Content-Type` says.
    var isForm: Bool {
        let type = self.headers.first(name: "Content-Type")?.prefix { $0 != ";" }.lowercased()
        return type?.drop { $0 == " " }.prefix { $0 != " " } == Self.formType[...]
    }
}
