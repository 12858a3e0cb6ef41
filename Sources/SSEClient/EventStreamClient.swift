public import AsyncHTTPClient
private import NIOCore
private import ServerSentEvents

/// Reads event streams over HTTP.
///
/// ```swift
/// let client = EventStreamClient()
/// try await client.withStream(EventStreamRequest(url: "https://example.com/events")) { response, events in
///     for try await event in events {
///         print(event.type, event.data)
///     }
/// }
/// ```
///
/// A client is a value: it costs nothing to make, can be used for any number of streams at once, and needs no shutdown.
/// Each stream is one request, which is sent once and never again.
@available(SwiftSSE 1.0, *)
public struct EventStreamClient: Sendable {
    /// The settings, for streams that are opened from now on.
    public var configuration: Configuration

    /// What makes the connections.
    public let httpClient: HTTPClient

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - httpClient: What makes the connections. The default is shared, suits long streams, and needs no shutdown. Your
    ///     own stays yours: shut it down when the streams have ended, and mind that its read timeout ends them too.
    ///   - configuration: The settings.
    public init(httpClient: HTTPClient = .eventStreams, configuration: Configuration = .defaults) {
        self.httpClient = httpClient
        self.configuration = configuration
    }

    /// Opens a stream for the time of a closure.
    ///
    /// However the closure is left, and also when the task is cancelled while no event comes, the connection is closed at
    /// once.
    ///
    /// - Parameters:
    ///   - request: What to ask for.
    ///   - body: Gets the response's head, and the events. The events end when the server ends the stream; if the
    ///     connection is cut instead, they throw ``SSEClientError`` with the code ``SSEClientError/Code/connectionCut``.
    /// - Returns: What `body` returns.
    /// - Throws: ``SSEClientError`` if there is no stream to be had, and what `body` throws.
    public func withStream<Result>(
        _ request: EventStreamRequest,
        _ body: (EventStreamResponse, sending EventStream) async throws -> Result
    ) async throws -> Result {
        let exchange = try AsyncHTTPClientExchange(
            request,
            self.httpClient,
            idleTimeout: self.configuration.idleTimeout
        )
        defer { exchange.cancel() }
        return try await withTaskCancellationHandler {
            let response = try await exchange.channel.head()
            if let reason = self.configuration.responseCheck.refusal(of: response) {
                throw await Self.refusal(of: response, reason, exchange)
            }
            let reader = EventStreamReader(
                channel: exchange.channel,
                configuration: self.configuration.parser,
                lastEventID: request.lastEventID ?? .empty
            )
            return try await body(response, EventStream(reader))
        } onCancel: {
            exchange.cancel()
        }
    }

    private static func refusal(
        of response: EventStreamResponse,
        _ reason: String,
        _ exchange: AsyncHTTPClientExchange
    ) async -> SSEClientError {
        let limit = 4096
        exchange.limitRemainingTime(to: .seconds(5))
        var body: [UInt8] = []
        // What is there of the body is good enough; that it is cut does not matter any more.
        while body.count < limit, let chunks = try? await exchange.channel.nextChunks() {
            for chunk in chunks { body.append(contentsOf: chunk.readableBytesView.prefix(limit - body.count)) }
        }
        return SSEClientError(
            code: .refused,
            message: reason,
            refusal: SSEClientError.Refusal(response: response, body: body)
        )
    }
}
