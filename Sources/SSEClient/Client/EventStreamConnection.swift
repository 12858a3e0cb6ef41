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
        let (stream, refusal) = try await self.answer(request)
        if let refusal { throw await Self.refusal(of: stream.response, refusal, stream.exchange) }
        return stream
    }

    /// Sends a request and follows redirects, for an event stream or a body of another type.
    ///
    /// - Returns: As ``open(_:)``, and a Boolean value that indicates whether the response is accepted as an event stream.
    /// - Throws: As ``open(_:)``, but only if the status is no success, or the body cannot be decoded.
    func openAny(_ request: EventStreamRequest) async throws -> (stream: OpenEventStream, isEventStream: Bool) {
        let (stream, refusal) = try await self.answer(request)
        guard let refusal else { return (stream, true) }
        let response = stream.response
        guard (200...299).contains(response.status.code), response.mediaType != "text/event-stream",
            Self.codingRefusal(of: stream) == nil
        else { throw await Self.refusal(of: response, refusal, stream.exchange) }
        return (stream, false)
    }

    /// Sends a request and follows redirects.
    ///
    /// - Returns: The last response, whose body is decoded, and why it is refused if it is.
    private func answer(_ request: EventStreamRequest) async throws -> (stream: OpenEventStream, refusal: String?) {
        let request = try request.prepared(accepting: self.configuration.acceptedCodings)
        var (stream, redirectRefusal) = try await self.withConnectTimeout { try await self.lastAnswer(to: request) }
        if case .known(let coding) = BodyCoding(stream.response.headers), !stream.exchange.decodesContent {
            stream.exchange = DecodingExchange(stream.exchange, coding)
        }
        let reason =
            redirectRefusal ?? self.configuration.responseCheck.refusal(of: stream.response)
            ?? Self.codingRefusal(of: stream)
        return (stream, reason)
    }

    /// Why the body of a response cannot be read, `nil` if it can.
    private static func codingRefusal(of stream: OpenEventStream) -> String? {
        guard case .unknown(let names) = BodyCoding(stream.response.headers) else { return nil }
        if stream.exchange.decodesContent, BodyCoding.areKnownToSystems(names) { return nil }
        return "The response is encoded with \(names.inOneLine()), which this client cannot decode."
    }

    /// Sends a request and follows redirects.
    ///
    /// - Returns: The last response, and why it is refused if it is a redirect that is not followed.
    private func lastAnswer(
        to request: EventStreamRequest
    ) async throws -> (stream: OpenEventStream, redirectRefusal: String?) {
        var request = request
        var redirectCount = 0
        var hasLeftOrigin = false
        var hasSentAgain = false
        while true {
            let exchange = try self.begin(request)
            var response: EventStreamResponse
            do {
                response = try await exchange.head()
            } catch let error as SSEClientError where error.isUnprocessed && !hasSentAgain {
                hasSentAgain = true
                exchange.cancel()
                continue
            }
            try self.checkCancellation()
            if response.url.isEmpty { response.url = request.url }
            let headSize = response.headers.reduce(0) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count + 4 }
            guard headSize <= self.configuration.maximumHeadSize else {
                throw SSEClientError.headTooLarge(headSize, limit: self.configuration.maximumHeadSize)
            }
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
                hasSentAgain = false
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
        // What is there already needs no time limit; mostly that is all. What is decoded may be nothing yet.
        if !(exchange is DecodingExchange) { while exchange.isReadable, await body.readMore(exchange) {} }
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

/// The beginning of a refused response's body, for the error.
@available(SwiftSSE 1.0, *)
struct RefusedBody {
    private static let limit = 4096

    private(set) var bytes: [UInt8] = []

    /// There is as much as is wanted, or there is no more.
    private(set) var isComplete = false

    /// - Returns: Whether there may be more to read.
    mutating func readMore(_ exchange: any EventStreamExchange) async -> Bool {
        guard !self.isComplete else { return false }
        // What has come is good enough; that the rest is cut does not matter any more.
        let goesOn = try? await exchange.read {
            self.bytes.append(contentsOf: $0.prefix(Self.limit - self.bytes.count))
        }
        self.isComplete = goesOn != true || self.bytes.count >= Self.limit
        return !self.isComplete
    }
}

/// An event stream whose head has come.
@available(SwiftSSE 1.0, *)
struct OpenEventStream {
    /// What the body comes from; it undoes the body's coding.
    var exchange: any EventStreamExchange
    let response: EventStreamResponse

    /// The request that led to the response, which is another one than the first after a redirect.
    let request: EventStreamRequest

    /// A redirect on the way has led to another origin.
    let hasLeftOrigin: Bool
}
