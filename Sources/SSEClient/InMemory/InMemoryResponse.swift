public import HTTPTypes

/// What an ``InMemoryTransport`` answers.
@available(SwiftSSE 1.0, *)
public struct InMemoryResponse: Sendable {
    /// How a response ends.
    public enum Ending: Sendable {
        /// As it should: the server ends the stream.
        case complete

        /// The connection is cut.
        case cut

        /// With an error of yours, such as an ``SSEClientError`` with the code ``SSEClientError/Code/idleTimeout``.
        case failed(SSEClientError)

        /// Not at all: the stream stays open until the client leaves.
        case open
    }

    let status: HTTPResponse.Status
    let headers: HTTPFields
    let chunks: [[UInt8]]
    let ending: Ending
    let feed: InMemoryFeed?
    let failure: SSEClientError?
    let hasHead: Bool

    private init(
        status: HTTPResponse.Status,
        headers: HTTPFields,
        chunks: [[UInt8]],
        ending: Ending,
        feed: InMemoryFeed?,
        failure: SSEClientError?,
        hasHead: Bool = true
    ) {
        self.status = status
        self.headers = headers
        self.chunks = chunks
        self.ending = ending
        self.feed = feed
        self.failure = failure
        self.hasHead = hasHead
    }

    /// Makes a response.
    ///
    /// - Parameters:
    ///   - chunks: The body, in the pieces in which it is to arrive.
    ///   - status: The status.
    ///   - headers: The header fields.
    ///   - ending: How the response ends.
    public init(
        _ chunks: String...,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [.contentType: "text/event-stream"],
        ending: Ending = .complete
    ) {
        self.init(
            status: status,
            headers: headers,
            chunks: chunks.map { Array($0.utf8) },
            ending: ending,
            feed: nil,
            failure: nil
        )
    }

    /// Makes a response whose body comes as you feed it.
    ///
    /// - Parameters:
    ///   - feed: What you send the body with.
    ///   - status: The status.
    ///   - headers: The header fields.
    public init(
        feed: InMemoryFeed,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [.contentType: "text/event-stream"]
    ) {
        self.init(status: status, headers: headers, chunks: [], ending: .open, feed: feed, failure: nil)
    }

    /// No response: the connection cannot be made.
    ///
    /// - Parameter reason: Why, for the error's message.
    public static func noConnection(_ reason: String = "connection refused") -> InMemoryResponse {
        InMemoryResponse(
            status: .ok,
            headers: [:],
            chunks: [],
            ending: .open,
            feed: nil,
            failure: SSEClientError(code: .connectionFailed, message: "No connection to the server: \(reason).")
        )
    }

    /// No response: the server takes the request and is silent.
    ///
    /// - Parameter feed: What tells that the client has left; ending it ends the connection.
    public static func noResponse(feed: InMemoryFeed = InMemoryFeed()) -> InMemoryResponse {
        InMemoryResponse(
            status: .ok,
            headers: [:],
            chunks: [],
            ending: .open,
            feed: feed,
            failure: nil,
            hasHead: false
        )
    }
}
