internal import Synchronization

/// A connection to an event stream, over as many redirects as it takes to get there.
@available(SwiftSSE 1.0, *)
final class EventStreamConnection: Sendable {
    /// As many as browsers follow.
    private static let maximumRedirects = 20

    private struct State {
        var exchange: (any EventStreamExchange)?
        var isCancelled = false
    }

    private let transport: any EventStreamTransport
    private let configuration: EventStreamClient.Configuration
    private let state = Mutex(State())

    init(_ transport: any EventStreamTransport, _ configuration: EventStreamClient.Configuration) {
        self.transport = transport
        self.configuration = configuration
    }

    /// Sends a request and follows redirects.
    ///
    /// - Returns: The exchange, the head of a response that is accepted, and the request that led to it.
    /// - Throws: ``SSEClientError``; `CancellationError` after ``cancel()``.
    func open(_ request: EventStreamRequest) async throws -> OpenEventStream {
        var request = try request.prepared()
        var redirectCount = 0
        var hasLeftOrigin = false
        while true {
            let exchange = try self.begin(request)
            var response = try await exchange.head()
            try self.checkCancellation()
            if response.url.isEmpty { response.url = request.url }
            switch request.redirection(by: response) {
            case .none:
                if let reason = self.configuration.responseCheck.refusal(of: response) {
                    throw await Self.refusal(of: response, reason, exchange)
                }
                return OpenEventStream(
                    exchange: exchange,
                    response: response,
                    request: request,
                    hasLeftOrigin: hasLeftOrigin
                )
            case .refuse(let reason):
                throw await Self.refusal(of: response, reason, exchange)
            case .follow(let next):
                redirectCount += 1
                guard redirectCount <= Self.maximumRedirects else {
                    let reason = "The server redirects more than \(Self.maximumRedirects) times."
                    throw await Self.refusal(of: response, reason, exchange)
                }
                exchange.cancel()
                if Origin(next.url) != Origin(request.url) { hasLeftOrigin = true }
                request = next
            }
        }
    }

    /// Closes the connection at once, and lets who waits for it go.
    func cancel() {
        let exchange = self.state.withLock { state in
            state.isCancelled = true
            return state.exchange.take()
        }
        exchange?.cancel()
    }

    private func checkCancellation() throws {
        if self.state.withLock({ $0.isCancelled }) { throw CancellationError() }
    }

    private func begin(_ request: EventStreamRequest) throws -> any EventStreamExchange {
        // A request that nobody waits for must not be sent: it may do something.
        try self.checkCancellation()
        let exchange = try self.transport.begin(request, idleTimeout: self.configuration.idleTimeout)
        let isCancelled = self.state.withLock { state in
            state.exchange = exchange
            return state.isCancelled
        }
        if isCancelled { exchange.cancel() }
        return exchange
    }

    /// Reads the beginning of a refused response's body, for as long as that is worth.
    private static func refusal(
        of response: EventStreamResponse,
        _ reason: String,
        _ exchange: any EventStreamExchange
    ) async -> SSEClientError {
        var body = RefusedBody()
        // What is there already needs no time limit; mostly that is all.
        while exchange.isReadable, await body.readMore(exchange) {}
        if !body.isComplete {
            await withTaskGroup { group in
                group.addTask {
                    // If it is this that is cancelled, the body has been read.
                    if (try? await ContinuousClock().sleep(for: .seconds(5))) != nil { exchange.cancel() }
                }
                while await body.readMore(exchange) {}
                group.cancelAll()
            }
        }
        exchange.cancel()
        return SSEClientError(
            code: .refused,
            message: reason,
            refusal: SSEClientError.Refusal(response: response, body: body.bytes)
        )
    }
}
