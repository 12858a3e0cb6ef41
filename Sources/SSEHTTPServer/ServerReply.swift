package import NIOHTTP1
package import SSEServer

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
