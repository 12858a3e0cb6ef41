package import NIOCore
package import NIOHTTP1
package import SSEServer

/// A request that has been read to its end.
@available(SwiftSSE 1.0, *)
package struct ServerRequest: Sendable {
    package var head: HTTPRequestHead
    package var body: ByteBuffer
    /// Where the connection comes from: the client, or a proxy.
    var connection: ConnectionOrigin
    /// Whether the client speaks TLS: with this server, or with a trusted proxy that says so.
    package var isSecure: Bool
    /// The client's address by what a trusted proxy says.
    var forwardedAddress: IPAddress?

    /// The client's address: what a trusted proxy says, or else where the connection comes from.
    package var clientAddress: String? { (self.forwardedAddress ?? self.connection.address)?.description }

    /// The listener that the request came by, by its place in ``ServerConfiguration/allListeners``.
    package var listener: Int { self.connection.listener }
}

/// What a server does with a request.
@available(SwiftSSE 1.0, *)
package enum ServerReply: Sendable {
    /// Answers at once.
    case response(ServerResponse)

    /// Answers with the events of a subscription; the headers are added to those of an event stream.
    case eventStream(Admission, headers: HTTPHeaders)

    /// Answers when something has been waited for. It is cancelled when the client leaves, when
    /// ``ServerConfiguration/answerTimeout`` is over, and when the server has no more time to shut down; it must end then,
    /// since the server waits for it.
    case later(@Sendable () async -> ServerReply)
}

/// What becomes of a request's body, by the request's head: before any of it is kept.
@available(SwiftSSE 1.0, *)
package enum ServerScreening: Sendable {
    /// The body is read, and then the request is answered.
    case keepBody

    /// The body is read, unless it is larger than this, and then the request is answered. It counts apart from those that are
    /// kept otherwise, and all of its kind get an eighth of what those get: whoever only asks does not keep others from saying
    /// something.
    case keepQuery(maximumBytes: Int)

    /// The body is read over, and then the request is answered, as one without a body.
    case dropBody

    /// The request is answered at once, and the connection ends with the answer.
    case refuse(ServerResponse)

    /// Something has to be waited for. Nothing more is read meanwhile. It is cancelled as ``ServerReply/later(_:)`` is.
    case later(@Sendable () async -> ServerScreening)
}

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
