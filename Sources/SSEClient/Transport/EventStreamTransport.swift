/// What carries requests to servers and brings responses back.
///
/// There are three: ``AsyncHTTPClientTransport``, ``URLSessionTransport``, and ``InMemoryTransport`` for tests. Make your
/// own to reach a server in another way, or to record what goes over the wire.
///
/// A transport does as it is told: it follows no redirect, judges no status, and never sends a request again. All of that
/// is ``EventStreamClient``'s part. User name and password of a URL have become a header field before it is asked.
@available(SwiftSSE 1.0, *)
public protocol EventStreamTransport: Sendable {
    /// Begins to send a request, and returns at once.
    ///
    /// - Parameters:
    ///   - request: What to send: URL, method, all header fields, body. `Last-Event-ID` is among the fields already.
    ///   - idleTimeout: How long nothing may come, from now on, before the exchange fails with
    ///     ``SSEClientError/Code/idleTimeout``; `nil` for ever.
    /// - Returns: The exchange, which goes on until its response is complete, or has failed, or it is cancelled.
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidRequest`` if the request cannot be sent.
    func begin(_ request: EventStreamRequest, idleTimeout: Duration?) throws -> any EventStreamExchange
}
