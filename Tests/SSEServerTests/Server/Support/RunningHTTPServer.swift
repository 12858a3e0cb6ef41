internal import CoreMetrics
internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// An ``HTTPServer`` on a port of its own.
@available(SwiftSSE 1.0, *)
struct RunningHTTPServer: Sendable {
    let server: HTTPServer
    let answers: TestAnswers
    let port: Int

    var broker: Broker { self.server.fanOut.broker }

    /// Publishes to all streams.
    func publish(_ data: String) async throws {
        try await self.broker.publish(ServerSentEvent(data: data), to: "t")
    }

    /// Waits until there are so many streams.
    func waitForStreams(_ count: Int) async throws {
        try await waitUntil { self.broker.subscriptionCount == count }
    }

    /// Waits until there are so many connections.
    func waitForConnections(_ count: Int) async throws {
        try await waitUntil { self.server.connectionCount == count }
    }
}

/// Answers
/// - `GET /events` with the events of the topic `t`,
/// - `GET /page` with 16 KiB,
/// - `GET /origin` with where the request comes from,
/// - `POST /later` with the body, when ``gate`` lets it through; with 502 if the wait for that is cancelled,
/// - anything else with the method, the target and the body.
///
/// Bodies of `/refused` are refused with 401, those of `/dropped` are dropped, and those of `/screened` wait for
/// ``gate``, and are refused with 502 if the wait is cancelled.
@available(SwiftSSE 1.0, *)
final class TestAnswers: Sendable {
    let gate = Turnstile(isOpen: true)
    private let counted = Watched(0)

    /// How many requests have been answered.
    var count: Int { self.counted.value }

    /// Waits until so many requests have been answered.
    func wait(forCount count: Int) async throws {
        try await self.counted.wait { $0 >= count }
    }

    /// How often somebody was asked what becomes of a body.
    let screened = Log<String>()
    /// The works that have begun.
    let begun = Log<String>()
    /// The works that were cancelled.
    let cancelled = Log<String>()

    func screen(_ request: ServerRequest) -> ServerScreening {
        self.screened.append(request.head.uri)
        switch request.head.uri {
        case "/refused":
            let headers: HTTPHeaders = ["WWW-Authenticate": "Bearer"]
            return .refuse(ServerResponse(.unauthorized, headers: headers, text: "No.\n"))
        case "/dropped":
            return .dropBody
        case "/screened":
            return .later {
                self.begun.append("/screened")
                let isPassed = await thrownError { try await self.gate.pass() } == nil
                if !isPassed { self.cancelled.append("/screened") }
                return isPassed ? .keepBody : .refuse(ServerResponse(.badGateway))
            }
        default:
            return .keepBody
        }
    }

    func answer(_ request: ServerRequest, _ fanOut: FanOut) -> ServerReply {
        self.counted.update { $0 += 1 }
        switch request.head.uri {
        case "/events":
            do {
                return .eventStream(try fanOut.admit(TopicSelection("t"), from: .latest), headers: [:])
            } catch {
                return .response(ServerResponse(.serviceUnavailable, text: error.message))
            }
        case "/page":
            return .response(ServerResponse(.ok, text: String(repeating: "x", count: 16 * 1024)))
        case "/origin":
            let text = "\(request.clientAddress ?? "nobody") \(request.isSecure ? "secure" : "plain")"
            return .response(ServerResponse(.ok, text: text))
        case "/later":
            return .later {
                self.begun.append("/later")
                let isPassed = await thrownError { try await self.gate.pass() } == nil
                if !isPassed { self.cancelled.append("/later") }
                return .response(ServerResponse(isPassed ? .ok : .badGateway, body: request.body))
            }
        default:
            let text = "\(request.head.method) \(request.head.uri) \(String(buffer: request.body))"
            return .response(ServerResponse(.ok, text: text))
        }
    }
}

/// Runs a server for the time of a closure, and checks that nothing is left of it after that.
@available(SwiftSSE 1.0, *)
func withHTTPServer(
    fanOut: FanOutConfiguration = .patient,
    metrics: any MetricsFactory = NOOPMetricsHandler.instance,
    access: Log<AccessRecord>? = nil,
    _ configure: (inout ServerConfiguration) -> Void = { _ in },
    _ test: (RunningHTTPServer) async throws -> Void
) async throws {
    var configuration = ServerConfiguration()
    configuration.port = 0
    configuration.drainWindow = .zero
    // No deadline for those who are slow because the machine is busy.
    configuration.requestTimeout = .seconds(60)
    configure(&configuration)
    let answers = TestAnswers()
    let fanOut = FanOut(Broker(), configuration: fanOut, metrics: metrics)
    var onAccess: (@Sendable (AccessRecord) -> Void)?
    if let access { onAccess = { access.append($0) } }
    let observer = ServerObserver(metrics: metrics, onAccess: onAccess)
    let server = HTTPServer(
        configuration,
        fanOut,
        observer: observer,
        screen: { answers.screen($0) },
        answer: { answers.answer($0, fanOut) }
    )
    let ports = Log<Int>()
    try await withThrowingTaskGroup { group in
        group.addTask { try await server.run { ports.append($0) } }
        defer { group.cancelAll() }
        let port = try #require(await ports.next())
        try await test(RunningHTTPServer(server: server, answers: answers, port: port))
    }
    #expect(server.connectionCount == 0)
    #expect(server.keptConnectionCount == 0)
    #expect(server.refusedConnectionCount == 0)
    #expect(server.bodies.current == 0)
    #expect(fanOut.broker.subscriptionCount == 0)
}

@available(SwiftSSE 1.0, *)
extension FanOutConfiguration {
    /// Gives clients time that are slow because the machine is busy.
    static var patient: FanOutConfiguration {
        var configuration = FanOutConfiguration.defaults
        configuration.writeTimeout = .seconds(120)
        return configuration
    }
}
