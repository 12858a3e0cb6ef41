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

/// One request that has been sent, and its response as it comes.
///
/// One task at a time reads; ``cancel()`` may be called from anywhere.
@available(SwiftSSE 1.0, *)
public protocol EventStreamExchange: AnyObject, Sendable {
    /// Waits for the response's head. How long that may take is not the exchange's part: it is cancelled when it has
    /// taken too long.
    ///
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/connectionFailed`` or
    ///   ``SSEClientError/Code/idleTimeout``; `CancellationError` after ``cancel()``.
    func head() async throws -> EventStreamResponse

    /// Waits until some of the response's body is there, and hands it out.
    ///
    /// What is not read must not be received without bounds: the sender is to be slowed.
    ///
    /// - Parameter body: Gets the bytes, in as many calls as they lie in pieces; they are valid inside the call only.
    /// - Returns: `false` once the body is complete, and all of it has been handed out.
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/connectionCut`` or
    ///   ``SSEClientError/Code/idleTimeout``; `CancellationError` after ``cancel()``.
    func read(_ body: (UnsafeBufferPointer<UInt8>) -> Void) async throws -> Bool

    /// Whether ``read(_:)``, called now, would return without waiting.
    ///
    /// Used to do what need not be done often when nothing else is to be done. Default: `false`.
    var isReadable: Bool { get }

    /// A Boolean value that indicates whether ``read(_:)`` hands out the body as it was before the coding that
    /// `Content-Encoding` names, as `URLSession` does. Default: `false`; the client decodes it then.
    var decodesContent: Bool { get }

    /// Ends the exchange: closes the connection at once, unless the response is complete, and lets a waiting reader go.
    func cancel()
}

@available(SwiftSSE 1.0, *)
extension EventStreamExchange {
    /// `false`: it is not known.
    public var isReadable: Bool { false }

    /// `false`: the body comes as the server has sent it.
    public var decodesContent: Bool { false }
}

/// A piece of a response's body, in the form in which a transport has it.
protocol ResponseChunk: Sendable {
    var byteCount: Int { get }

    func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void)
}

extension [UInt8]: ResponseChunk {
    var byteCount: Int { self.count }

    func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        self.withUnsafeBufferPointer(body)
    }
}
