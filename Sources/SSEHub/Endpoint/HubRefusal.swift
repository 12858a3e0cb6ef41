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
