internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSEServer

/// Answers the hub's requests.
@available(SwiftSSE 1.0, *)
struct HubEndpoint: Sendable {
    private static let path = "/.well-known/mercure"

    let fanOut: FanOut
    let authorization: PublisherAuthorization

    private var broker: Broker { self.fanOut.broker }

    func answer(_ request: ServerRequest) -> ServerReply {
        let uri = Self.originForm(request.head.uri)
        let queryStart = uri.firstIndex(of: "?")
        let path = uri[..<(queryStart ?? uri.endIndex)]
        let query = queryStart.map { uri[uri.index(after: $0)...] } ?? ""
        do throws(HubRefusal) {
            switch (path, request.head.method) {
            case (Self.path, .GET), (Self.path, .HEAD):
                return try self.subscribe(request.head, query)
            case (Self.path, .POST):
                return try self.publish(request)
            case (Self.path, _):
                throw HubRefusal(.methodNotAllowed, "Use GET or POST.", headers: ["Allow": "GET, HEAD, POST"])
            case ("/healthz", .GET), ("/healthz", .HEAD):
                return .later { .response(await self.health()) }
            case ("/", .GET), ("/", .HEAD):
                return .response(HubPage.response)
            case ("/healthz", _), ("/", _):
                throw HubRefusal(.methodNotAllowed, "Use GET.", headers: ["Allow": "GET, HEAD"])
            default:
                throw HubRefusal(.notFound, "There is nothing here; the hub is at \(Self.path).")
            }
        } catch {
            return .response(error.response)
        }
    }

    /// A request's target without the scheme and the authority that clients of a proxy send (RFC 9112, section 3.2.2).
    private static func originForm(_ target: String) -> Substring {
        guard !target.hasPrefix("/"), let scheme = target.firstRange(of: "://") else { return target[...] }
        return target[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
    }

    // MARK: Subscribing

    private func subscribe(_ head: HTTPRequestHead, _ query: Substring) throws(HubRefusal) -> ServerReply {
        let fields = try FormFields(query.utf8, "query")
        let names = fields.all("topic")
        guard !names.isEmpty else {
            throw HubRefusal(.badRequest, "A topic is missing: add `?topic=…`, or `?topic=*`.")
        }
        // The header wins over the query, and the query's new name over the old one.
        let lastEventID = head.headers.first(name: "Last-Event-ID") ?? fields["lastEventID"] ?? fields["Last-Event-ID"]
        do throws(BrokerError) {
            let selection = try self.selection(names)
            let admission = try self.fanOut.admit(selection, from: ResumePoint(lastEventID: lastEventID))
            var headers: HTTPHeaders = ["X-Accel-Buffering": "no"]
            if lastEventID != nil {
                let id = self.isSentEverything(admission.outcome) ? nil : admission.lastEventID
                headers.add(name: "Last-Event-ID", value: id ?? "earliest")
            }
            return .eventStream(admission, headers: headers)
        } catch {
            throw HubRefusal(error)
        }
    }

    /// Whether a subscriber gets all that is kept, before which nothing is, even if something has left the log.
    private func isSentEverything(_ outcome: ResumeOutcome) -> Bool {
        switch outcome {
        case .earliest: true
        case .gap: self.broker.configuration.resumePolicy == .replayAll
        case .live, .resumed: false
        }
    }

    private func selection(_ names: [String]) throws(BrokerError) -> TopicSelection {
        var selectors: [TopicSelector] = []
        for name in names { selectors.append(try TopicSelector(name)) }
        return TopicSelection(selectors)
    }

    // MARK: Publishing

    private func publish(_ request: ServerRequest) throws(HubRefusal) -> ServerReply {
        switch self.authorization.check(request.head) {
        case .refused(let refusal):
            throw refusal
        case .granted(let grant):
            return try self.publish(request, grant)
        case .unknown(let token):
            return .later {
                do throws(HubRefusal) {
                    let grant = try await self.authorization.verify(token)
                    return try self.publish(request, grant)
                } catch {
                    return .response(error.response)
                }
            }
        }
    }

    private func publish(_ request: ServerRequest, _ grant: PublisherGrant?) throws(HubRefusal) -> ServerReply {
        let type = request.head.headers.first(name: "Content-Type")?.prefix { $0 != ";" }.lowercased()
        guard type?.trimmingSpaces == "application/x-www-form-urlencoded" else {
            throw HubRefusal(.unsupportedMediaType, "Send the event as application/x-www-form-urlencoded.")
        }
        let publication = try PublishForm(request.body).publication
        guard grant?.allows(publication.topics) ?? true else {
            throw HubRefusal(.forbidden, "The token does not allow to publish to all of these topics.")
        }
        do throws(BrokerError) {
            if let receipt = try self.broker.publishImmediately(publication) {
                return .response(ServerResponse(.ok, text: receipt.id))
            }
        } catch {
            throw HubRefusal(error)
        }
        return .later {
            do throws(BrokerError) {
                return .response(ServerResponse(.ok, text: try await self.broker.publish(publication).id))
            } catch {
                return .response(HubRefusal(error).response)
            }
        }
    }

    // MARK: Health

    private func health() async -> ServerResponse {
        switch await self.broker.health() {
        case .healthy: ServerResponse(.ok, text: "healthy\n")
        case .degraded(let reason): ServerResponse(.ok, text: "degraded: \(reason)\n")
        case .unavailable(let reason): ServerResponse(.serviceUnavailable, text: "unavailable: \(reason)\n")
        }
    }
}

extension String {
    fileprivate var trimmingSpaces: Substring {
        self.drop { $0 == " " }.prefix { $0 != " " }
    }
}
