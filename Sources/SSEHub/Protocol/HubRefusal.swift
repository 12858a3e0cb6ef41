internal import NIOHTTP1
internal import SSEBroker
internal import SSEHTTPServer
internal import SSEServer

/// Why a hub does not do what a request asks for.
@available(SwiftSSE 1.0, *)
struct HubRefusal: Error {
    let status: HTTPResponseStatus
    let message: String
    var headers: HTTPHeaders = [:]

    init(_ status: HTTPResponseStatus, _ message: String, headers: HTTPHeaders = [:]) {
        self.status = status
        self.message = message
        self.headers = headers
    }

    /// How HTTP says what a broker says.
    init(_ error: BrokerError) {
        let status = HTTPResponseStatus(statusCode: error.httpStatusCode)
        self.init(status, error.message, headers: status == .serviceUnavailable ? ["Retry-After": "5"] : [:])
    }

    /// A token is needed, and there is none.
    static func missingToken(_ what: String) -> HubRefusal {
        HubRefusal(.unauthorized, "\(what) needs a token.", headers: ["WWW-Authenticate": "Bearer"])
    }

    /// A token is good, and does not grant what is asked for.
    static func insufficientScope(_ message: String) -> HubRefusal {
        HubRefusal(.forbidden, message, headers: ["WWW-Authenticate": "Bearer error=\"insufficient_scope\""])
    }

    var response: ServerResponse { ServerResponse(self.status, headers: self.headers, text: self.message + "\n") }
}

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
