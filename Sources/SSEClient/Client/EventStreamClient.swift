#if AsyncHTTPClient
public import AsyncHTTPClient
#endif

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
/// A stream of ``withStream(_:_:)`` is one request, which is processed no more than once; to stay connected, use
/// ``subscription(to:configuration:)``.
@available(SwiftSSE 1.0, *)
public struct EventStreamClient: Sendable {
    /// The settings, for streams that are opened from now on.
    public var configuration: Configuration

    /// What carries the requests.
    public let transport: any EventStreamTransport

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - transport: What carries the requests.
    ///   - configuration: The settings.
    public init(transport: any EventStreamTransport, configuration: Configuration = .defaults) {
        self.transport = transport
        self.configuration = configuration
    }

    #if AsyncHTTPClient
    /// Makes a client over AsyncHTTPClient.
    ///
    /// - Parameters:
    ///   - httpClient: What makes the connections; see ``AsyncHTTPClientTransport/init(_:)``.
    ///   - configuration: The settings.
    public init(httpClient: HTTPClient = .eventStreams, configuration: Configuration = .defaults) {
        self.init(transport: AsyncHTTPClientTransport(httpClient), configuration: configuration)
    }

    /// What makes the connections, `nil` if that is not AsyncHTTPClient.
    public var httpClient: HTTPClient? { (self.transport as? AsyncHTTPClientTransport)?.httpClient }
    #else
    /// Makes a client over `URLSession`.
    ///
    /// - Parameter configuration: The settings.
    public init(configuration: Configuration = .defaults) {
        self.init(transport: URLSessionTransport.shared, configuration: configuration)
    }
    #endif

    /// Opens a stream for the time of a closure.
    ///
    /// However the closure is left, and also when the task is cancelled while no event comes, the connection is closed at
    /// once.
    ///
    /// Redirects are followed, up to 20 of them. To another origin `Authorization`, `Cookie` and what
    /// ``EventStreamRequest/secretHeaders`` names do not go along, and from `https` to `http` nothing goes.
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
        let connection = EventStreamConnection(self.transport, self.configuration)
        defer { connection.cancel() }
        return try await withTaskCancellationHandler {
            let stream = try await connection.open(request)
            let reader = EventStreamReader(
                exchange: stream.exchange,
                configuration: self.configuration.parser,
                lastEventID: request.lastEventID ?? .empty
            )
            return try await body(stream.response, EventStream(reader))
        } onCancel: {
            connection.cancel()
        }
    }
}
