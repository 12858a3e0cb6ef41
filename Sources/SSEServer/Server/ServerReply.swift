package import NIOHTTP1

/// What a server does with a request.
@available(SwiftSSE 1.0, *)
package enum ServerReply: Sendable {
    /// Answers at once.
    case response(ServerResponse)

    /// Answers with the events of a subscription; the headers are added to those of an event stream.
    case eventStream(Admission, headers: HTTPHeaders)

    /// Answers when something has been waited for. It is cancelled when the server has no more time to shut down, and
    /// must end then, since the server waits for it.
    case later(@Sendable () async -> ServerReply)
}
