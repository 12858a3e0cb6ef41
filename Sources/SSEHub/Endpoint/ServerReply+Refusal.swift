internal import NIOHTTP1
internal import SSEHTTPServer
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension ServerReply {
    /// The reply to what has to be waited for and may be refused then.
    static func waiting(
        for work: @escaping @Sendable () async throws(HubRefusal) -> ServerReply
    ) -> ServerReply {
        .later {
            do throws(HubRefusal) {
                return try await work()
            } catch {
                return .response(error.response)
            }
        }
    }

    /// Has somebody told if this is a refusal, also if it has to be waited for.
    ///
    /// - Parameter body: Gets a response with a status of 400 or above.
    func onRefusal(_ body: @escaping @Sendable (ServerResponse) -> Void) -> ServerReply {
        switch self {
        case .response(let response):
            if response.status.code >= 400 { body(response) }
            return self
        case .eventStream:
            return self
        case .later(let work):
            return .later { await work().onRefusal(body) }
        }
    }
}
