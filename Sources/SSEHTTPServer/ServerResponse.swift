package import NIOCore
package import NIOHTTP1

/// A response that is there as a whole.
@available(SwiftSSE 1.0, *)
package struct ServerResponse: Sendable {
    package var status: HTTPResponseStatus
    package var headers: HTTPHeaders
    package var body: ByteBuffer
    /// Something that lives until the response has been sent, or nobody will send it any more.
    package var heldUntilSent: (any AnyObject & Sendable)?

    package init(_ status: HTTPResponseStatus, headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A response of text.
    package init(
        _ status: HTTPResponseStatus,
        headers: HTTPHeaders = [:],
        text: String,
        type: String = "text/plain; charset=utf-8"
    ) {
        self.init(status, headers: headers, body: ByteBuffer(string: text))
        self.headers.replaceOrAdd(name: "Content-Type", value: type)
    }
}

@available(SwiftSSE 1.0, *)
extension ServerResponse {
    /// The answer to what would outlast the server.
    static var shuttingDown: ServerResponse {
        .unavailable("The server is shutting down.")
    }

    /// The answer to what would have to wait for too long.
    static var tooLate: ServerResponse { .unavailable("The answer does not come in time; try again later.") }

    private static func unavailable(_ text: String) -> ServerResponse {
        ServerResponse(.serviceUnavailable, headers: ["Retry-After": "5"], text: text + "\n")
    }
}
