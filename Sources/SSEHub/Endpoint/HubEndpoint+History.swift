internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSEHTTPServer
internal import SSEServer

// What there is of some topics, without a subscription: as JSON, or as a stream that ends.
@available(SwiftSSE 1.0, *)
extension HubEndpoint {
    func history(
        _ request: ServerRequest,
        _ target: RequestTarget,
        _ query: SubscriptionQuery,
        _ count: Int,
        before end: EventPosition?,
        grant: TokenGrant?
    ) -> ServerReply {
        let selection = TopicSelection(query.selectors, grants: grant?.subscribe ?? [])
        return .waiting(for: { () async throws(HubRefusal) in
            let permit = try self.historyPermits.take(for: "histories")
            do throws(BrokerError) {
                let page = try await self.broker.history(of: selection, newest: count, before: end)
                var response = try await self.response(to: request, target, selection, page)
                response.heldUntilSent = permit
                return .response(response)
            } catch {
                throw HubRefusal(subscribing: error)
            }
        })
    }

    private func response(
        to request: ServerRequest,
        _ target: RequestTarget,
        _ selection: TopicSelection,
        _ page: EventHistory
    ) async throws(BrokerError) -> ServerResponse {
        var headers: HTTPHeaders = ["Cache-Control": "no-store", "Vary": "Accept"]
        // Whoever subscribes from there misses nothing.
        for name in self.names.cursorHeaders { headers.add(name: name, value: page.end.wireID) }
        if let earlier = page.earlier, request.head.method != Self.query {
            headers.add(name: "Link", value: "<\(Self.link(target, before: earlier))>; rel=\"prev\"")
        }
        guard !request.head.prefersEventStream else {
            headers.add(name: "Content-Type", value: "text/event-stream")
            var body = ByteBuffer()
            for record in page.records { body.writeBytes(record.frame.event) }
            return ServerResponse(.ok, headers: headers, body: body)
        }
        let document = await HistoryDocument(page, selection)
        guard let json = try? document.json() else {
            throw BrokerError(code: .engineFailed, message: "The history cannot be written.")
        }
        return ServerResponse(.ok, headers: headers, text: json, type: "application/json")
    }

    /// The request's own query, for the page before.
    private static func link(_ target: RequestTarget, before position: EventPosition) -> String {
        let fields = target.query.split(separator: "&").filter { !$0.hasPrefix("before=") }
        return "?" + (fields + ["before=\(PercentEncoding.encode(position.wireID))"]).joined(separator: "&")
    }
}

extension HTTPRequestHead {
    /// A Boolean value that indicates whether a client takes an event stream, and nothing else as gladly that it names.
    ///
    /// It is a type that one has to want, so ranges such as `*/*` do not name it.
    fileprivate var prefersEventStream: Bool {
        guard let quality = self.quality(of: "text/event-stream"), quality > 0 else { return false }
        return quality >= self.quality(of: "application/json") ?? 0
    }

    /// The weight that the field `Accept` gives a media type, from 0 to 1; `nil` if it does not name it.
    ///
    /// - SeeAlso: [RFC 9110, 12.4.2](https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2)
    private func quality(of type: String) -> Double? {
        for range in self.headers[canonicalForm: "Accept"] {
            let parts = range.lowercased().filter { $0 != " " && $0 != "\t" }.split(separator: ";")
            guard parts.first.map(String.init) == type else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
            return weight.map { Double($0.dropFirst(2)) ?? 1 } ?? 1
        }
        return nil
    }
}
