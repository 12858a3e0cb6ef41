internal import Synchronization

/// Answers requests without a network, to test code that reads streams.
///
/// ```swift
/// let transport = InMemoryTransport { request, number in
///     number == 1 ? InMemoryResponse("id: 1\ndata: one\n\n") : InMemoryResponse(status: .noContent)
/// }
/// let client = EventStreamClient(transport: transport)
/// ```
///
/// Connect timeouts are kept: ``InMemoryResponse/noResponse(feed:)`` is what runs into one. Idle timeouts are left out:
/// answer with ``InMemoryResponse/Ending/failed(_:)`` to see what follows one.
@available(SwiftSSE 1.0, *)
public final class InMemoryTransport: EventStreamTransport {
    private let respond: @Sendable (EventStreamRequest, Int) throws -> InMemoryResponse
    private let log = Mutex<[EventStreamRequest]>([])

    /// Makes a transport.
    ///
    /// - Parameter respond: Makes the response to a request. Gets the request as it would go over the wire, and its
    ///   number, from 1 on. What it throws stands for a request that cannot be sent.
    public init(
        _ respond: @escaping @Sendable (_ request: EventStreamRequest, _ number: Int) throws -> InMemoryResponse
    ) {
        self.respond = respond
    }

    /// The requests so far.
    public var requests: [EventStreamRequest] { self.log.withLock { $0 } }

    /// Takes down a request, and answers it.
    public func begin(_ request: EventStreamRequest, idleTimeout: Duration?) throws -> any EventStreamExchange {
        let number = self.log.withLock { requests in
            requests.append(request)
            return requests.count
        }
        return InMemoryExchange(try self.respond(request, number), url: request.url)
    }
}
