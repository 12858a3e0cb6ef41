internal import Synchronization

/// A connection to an event stream, over as many redirects as it takes to get there.
@available(SwiftSSE 1.0, *)
final class EventStreamConnection: Sendable {
    /// As many as browsers follow.
    private static let maximumRedirects = 20

    private enum Phase {
        case connecting
        case answered
        case timedOut(Duration)
        case cancelled
    }

    private struct State {
        var exchange: (any EventStreamExchange)?
        var phase = Phase.connecting

        /// - Throws: Why there is to be no connection any more.
        func check() throws {
            switch self.phase {
            case .connecting, .answered: break
            case .timedOut(let timeout): throw SSEClientError.connectTimeout(timeout)
            case .cancelled: throw CancellationError()
            }
        }
    }

    private let transport: any EventStreamTransport
    private let configuration: EventStreamClient.Configuration
    private let clock: any Clock<Duration>
    private let state = Mutex(State())

    init(
        _ transport: any EventStreamTransport,
        _ configuration: EventStreamClient.Configuration,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.transport = transport
        self.configuration = configuration
        self.clock = clock
    }

    /// Sends a request and follows redirects.
    ///
    /// - Returns: The exchange, the head of a response that is accepted, and the request that led to it.
    /// - Throws: ``SSEClientError``; `CancellationError` after ``cancel()``.
    func open(_ request: EventStreamRequest) async throws -> OpenEventStream {
        let request = try request.prepared()
        let (stream, redirectRefusal) = try await self.withConnectTimeout { try await self.answer(to: request) }
        if let reason = redirectRefusal ?? self.configuration.responseCheck.refusal(of: stream.response) {
            throw await Self.refusal(of: stream.response, reason, stream.exchange)
        }
        return stream
    }

    /// Sends a request and follows redirects.
    ///
    /// - Returns: The last response, and why it is refused if it is a redirect that is not followed.
    private func answer(
        to request: EventStreamRequest
    ) async throws -> (stream: OpenEventStream, redirectRefusal: String?) {
        var request = request
        var redirectCount = 0
        var hasLeftOrigin = false
        while true {
            let exchange = try self.begin(request)
            var response = try await exchange.head()
            try self.checkCancellation()
            if response.url.isEmpty { response.url = request.url }
            let stream = OpenEventStream(
                exchange: exchange,
                response: response,
                request: request,
                hasLeftOrigin: hasLeftOrigin
            )
            switch request.redirection(by: response) {
            case .none: return (stream, nil)
            case .refuse(let reason): return (stream, reason)
            case .follow(let next):
                redirectCount += 1
                guard redirectCount <= Self.maximumRedirects else {
                    return (stream, "The server redirects more than \(Self.maximumRedirects) times.")
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
            state.phase = .cancelled
            return state.exchange.take()
        }
        exchange?.cancel()
    }

    private func checkCancellation() throws {
        try self.state.withLock { try $0.check() }
    }

    private func begin(_ request: EventStreamRequest) throws -> any EventStreamExchange {
        // A request that nobody waits for must not be sent: it may do something.
        try self.checkCancellation()
        let exchange = try self.transport.begin(request, idleTimeout: self.configuration.idleTimeout)
        do {
            try self.state.withLock { state in
                try state.check()
                state.exchange = exchange
            }
        } catch {
            exchange.cancel()
            throw error
        }
        return exchange
    }

    // MARK: The connect timeout

    private func withConnectTimeout<Answer>(_ waitForAnswer: () async throws -> Answer) async throws -> Answer {
        guard let timeout = self.configuration.connectTimeout else { return try await waitForAnswer() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // If it is this that is cancelled, there is an answer, or nobody waits for one any more.
                if (try? await self.clock.sleep(for: min(timeout, Self.longestSleep))) != nil { self.timeOut(timeout) }
            }
            defer { group.cancelAll() }
            do {
                let answer = try await waitForAnswer()
                try self.state.withLock { state in
                    try state.check()
                    state.phase = .answered
                }
                return answer
            } catch {
                // What the exchange reports of its being cancelled is not what has happened.
                try self.checkCancellation()
                throw error
            }
        }
    }

    /// A century: clocks trap on times that they cannot count.
    private static var longestSleep: Duration { .seconds(3_155_760_000) }

    private func timeOut(_ timeout: Duration) {
        let exchange = self.state.withLock { state -> (any EventStreamExchange)? in
            guard case .connecting = state.phase else { return nil }
            state.phase = .timedOut(timeout)
            return state.exchange.take()
        }
        exchange?.cancel()
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
