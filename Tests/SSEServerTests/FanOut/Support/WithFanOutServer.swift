internal import NIOHTTP1
internal import SSEBroker
@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// A server of a broker's events that runs for as long as a test takes.
@available(SwiftSSE 1.0, *)
struct FanOutServer: Sendable {
    let port: Int
    let broker: Broker
    /// What the whole log holds.
    let bounds: @Sendable () -> LogBounds
    fileprivate let stopping: AsyncStream<Never>.Continuation

    /// Begins to shut down in order.
    func stop() { self.stopping.finish() }

    /// Answers with the events of the topics in the field `Topics` after `Last-Event-ID`, with their topics if there is
    /// a field `Details`, and tells in the head what only the server knows: where the stream begins and what the log
    /// held before and after that was found.
    fileprivate static func answer(
        _ request: ServerRequest,
        _ fanOut: FanOut,
        _ bounds: @escaping @Sendable () -> LogBounds
    ) -> ServerReply {
        // The log may be ahead of what the broker has of it.
        let before = LogBounds(epoch: bounds().epoch, first: bounds().first, last: fanOut.broker.bounds.last)
        let answer = { @Sendable (admission: Admission) in
            let after = bounds()
            var headers: HTTPHeaders = [
                "X-Start": "\(admission.cursor.sequence)",
                "X-Outcome": Self.text(admission.outcome),
                "X-First": "\(before.first) \(after.first)",
                "X-Last": "\(before.last) \(after.last)",
            ]
            if let id = admission.lastEventID { headers.add(name: "Last-Event-ID", value: id) }
            return ServerReply.eventStream(admission, headers: headers)
        }
        let refuse = { @Sendable (error: any Error) in
            guard let error = error as? BrokerError, error.code == .resumeRefused else {
                let status = HTTPResponseStatus(statusCode: (error as? BrokerError)?.httpStatusCode ?? 400)
                return ServerReply.response(ServerResponse(status, text: "\(error)"))
            }
            let after = bounds()
            let headers: HTTPHeaders = [
                "X-Outcome": "refused",
                "X-First": "\(before.first) \(after.first)",
                "X-Last": "\(before.last) \(after.last)",
            ]
            return ServerReply.response(ServerResponse(.conflict, headers: headers))
        }
        do {
            let names = request.head.headers["Topics"].flatMap { $0.split(separator: " ") }
            let selection = TopicSelection(try names.map { try TopicSelector(String($0)) })
            let point = ResumePoint(lastEventID: request.head.headers.first(name: "Last-Event-ID"))
            let details: EventDetails = request.head.headers.contains(name: "Details") ? .topics : .none
            if let admission = try fanOut.admitAtOnce(selection, from: point, details: details) {
                return answer(admission)
            }
            return .later {
                do {
                    return answer(try await fanOut.admission(to: selection, from: point, details: details))
                } catch {
                    return refuse(error)
                }
            }
        } catch {
            return refuse(error)
        }
    }

    private static func text(_ outcome: ResumeOutcome) -> String {
        switch outcome {
        case .live: "live"
        case .resumed: "resumed"
        case .earliest: "earliest"
        case .rewound: "rewound"
        case .gap(let reason): reason.rawValue
        }
    }
}

/// Runs a server on a port of its own for the time of a closure, and shuts it down in order.
///
/// - Parameter bounds: What the whole log holds, if the broker has a part of it only.
@available(SwiftSSE 1.0, *)
func withFanOutServer(
    _ broker: Broker,
    _ configuration: FanOutConfiguration = .defaults,
    loops: Int = 2,
    bounds: (@Sendable () -> LogBounds)? = nil,
    _ test: (FanOutServer) async throws -> Void
) async throws {
    var serverConfiguration = ServerConfiguration()
    serverConfiguration.port = 0
    serverConfiguration.loops = loops
    serverConfiguration.drainWindow = .milliseconds(100)
    // No deadline for those who are slow because the machine is busy.
    serverConfiguration.requestTimeout = .seconds(60)
    let fanOut = FanOut(broker, configuration: configuration)
    let bounds = bounds ?? { broker.bounds }
    let server = HTTPServer(serverConfiguration, fanOut) { FanOutServer.answer($0, fanOut, bounds) }
    let (ports, portContinuation) = AsyncStream<Int>.makeStream()
    let (stop, stopping) = AsyncStream<Never>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { portContinuation.finish() }
            try await withThrowingTaskGroup(of: Void.self) { inner in
                inner.addTask { try await server.run { portContinuation.yield($0) } }
                for await _ in stop {}
                inner.cancelAll()
                try await inner.waitForAll()
            }
        }
        var iterator = ports.makeAsyncIterator()
        if let port = await iterator.next(isolation: #isolation) {
            do {
                try await test(FanOutServer(port: port, broker: broker, bounds: bounds, stopping: stopping))
            } catch {
                group.cancelAll()
                throw error
            }
        }
        stopping.finish()
        try await group.waitForAll()
    }
}
