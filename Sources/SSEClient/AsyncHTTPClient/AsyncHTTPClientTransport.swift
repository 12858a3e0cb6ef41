#if AsyncHTTPClient
public import AsyncHTTPClient

/// Carries requests with AsyncHTTPClient: HTTP/1.1 and HTTP/2, proxies and TLS as its configuration says.
///
/// ```swift
/// let client = EventStreamClient(transport: AsyncHTTPClientTransport(httpClient))
/// ```
@available(SwiftSSE 1.0, *)
public struct AsyncHTTPClientTransport: EventStreamTransport {
    /// What makes the connections.
    public let httpClient: HTTPClient

    /// Makes a transport.
    ///
    /// - Parameter httpClient: What makes the connections. The default is shared, suits long streams, and needs no
    ///   shutdown. Your own stays yours: shut it down when the streams have ended. Mind that its read timeout ends them
    ///   too, and let it follow no redirects (`redirectConfiguration: .disallow`): ``EventStreamClient`` follows them,
    ///   and keeps credentials from other origins.
    public init(_ httpClient: HTTPClient = .eventStreams) {
        self.httpClient = httpClient
    }

    /// Begins to send a request, and returns at once.
    public func begin(_ request: EventStreamRequest, idleTimeout: Duration?) throws -> any EventStreamExchange {
        try AsyncHTTPClientExchange(request, self.httpClient, idleTimeout: idleTimeout)
    }
}
#endif
