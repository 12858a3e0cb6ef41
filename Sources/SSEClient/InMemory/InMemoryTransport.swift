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

/// The exchange of an ``InMemoryTransport``.
@available(SwiftSSE 1.0, *)
final class InMemoryExchange: EventStreamExchange {
    private let channel: ResponseChannel<[UInt8]>
    private let feed: InMemoryFeed?

    init(_ response: InMemoryResponse, url: String) {
        self.channel = response.feed?.channel ?? ResponseChannel()
        self.feed = response.feed
        if let error = response.failure {
            self.channel.finish(error)
            return
        }
        guard response.hasHead else { return }
        self.channel.setHead(EventStreamResponse(url: url, status: response.status, headers: response.headers))
        for chunk in response.chunks { self.channel.receive(chunk) { {} } }
        switch response.ending {
        case .complete: self.channel.finish(nil)
        case .cut:
            self.channel.finish(SSEClientError.connectionCut())
        case .failed(let error): self.channel.finish(error)
        case .open: break
        }
        self.channel.wakeReader()
    }

    func head() async throws -> EventStreamResponse {
        try await self.channel.head()
    }

    var isReadable: Bool { self.channel.isReadable }

    func read(_ body: (UnsafeBufferPointer<UInt8>) -> Void) async throws -> Bool {
        try await self.channel.read(body)
    }

    func cancel() {
        self.channel.cancel()
        self.feed?.cancelled()
    }
}

/// Sends the body of an ``InMemoryResponse`` piece by piece, while the client reads it.
///
/// One feed is for one response.
@available(SwiftSSE 1.0, *)
public final class InMemoryFeed: Sendable {
    private struct State {
        var isCancelled = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let channel = ResponseChannel<[UInt8]>()
    private let state = Mutex(State())

    /// Makes a feed.
    public init() {}

    /// Sends a piece of text.
    public func send(_ text: String) {
        self.send(Array(text.utf8))
    }

    /// Sends a piece of the body.
    public func send(_ bytes: [UInt8]) {
        self.channel.receive(bytes) { {} }
        self.channel.wakeReader()
    }

    /// Ends the body as it should end.
    public func end() {
        self.channel.finish(nil)
    }

    /// Cuts the connection.
    public func cut() {
        self.fail(.connectionCut())
    }

    /// Ends the body with an error.
    public func fail(_ error: SSEClientError) {
        self.channel.finish(error)
    }

    /// Whether the client has left.
    public var isCancelled: Bool { self.state.withLock { $0.isCancelled } }

    /// Waits until the client has left.
    public func waitUntilCancelled() async {
        await withCheckedContinuation { continuation in
            let isCancelled = self.state.withLock { state in
                if !state.isCancelled { state.waiters.append(continuation) }
                return state.isCancelled
            }
            if isCancelled { continuation.resume() }
        }
    }

    func cancelled() {
        let waiters = self.state.withLock { state in
            state.isCancelled = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
