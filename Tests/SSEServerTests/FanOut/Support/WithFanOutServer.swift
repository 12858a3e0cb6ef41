internal import NIOHTTP1
internal import SSEBroker
@testable internal import SSEServer

/// A server of a broker's events that runs for as long as a test takes.
@available(SwiftSSE 1.0, *)
struct FanOutServer: Sendable {
    let port: Int
    let broker: Broker
    fileprivate let stopping: AsyncStream<Never>.Continuation

    /// Begins to shut down in order.
    func stop() { self.stopping.finish() }

    /// Answers with the events of the topics in the field `Topics` after `Last-Event-ID`, and tells in the head what
    /// only the server knows: where the stream begins and what the log held before and after that was found.
    @Sendable
    fileprivate static func answer(_ request: ServerRequest, _ fanOut: FanOut) -> ServerReply {
        let before = fanOut.broker.bounds
        do {
            let names = request.head.headers["Topics"].flatMap { $0.split(separator: " ") }
            let selection = TopicSelection(try names.map { try TopicSelector(String($0)) })
            let point = ResumePoint(lastEventID: request.head.headers.first(name: "Last-Event-ID"))
            let admission = try fanOut.admit(selection, from: point)
            let after = fanOut.broker.bounds
            var headers: HTTPHeaders = [
                "X-Start": "\(admission.cursor.sequence)",
                "X-Outcome": Self.text(admission.outcome),
                "X-First": "\(before.first) \(after.first)",
                "X-Last": "\(before.last) \(after.last)",
            ]
            if let id = admission.lastEventID { headers.add(name: "Last-Event-ID", value: id) }
            return .eventStream(admission, headers: headers)
        } catch let error as BrokerError where error.code == .resumeRefused {
            let after = fanOut.broker.bounds
            let headers: HTTPHeaders = [
                "X-Outcome": "refused",
                "X-First": "\(before.first) \(after.first)",
                "X-Last": "\(before.last) \(after.last)",
            ]
            return .response(ServerResponse(.conflict, headers: headers))
        } catch {
            return .response(ServerResponse(.badRequest, text: "\(error)"))
        }
    }

    private static func text(_ outcome: ResumeOutcome) -> String {
        switch outcome {
        case .live: "live"
        case .resumed: "resumed"
        case .earliest: "earliest"
        case .gap(let reason): reason.rawValue
        }
    }
}

/// Runs a server on a port of its own for the time of a closure, and shuts it down in order.
@available(SwiftSSE 1.0, *)
func withFanOutServer(
    _ broker: Broker,
    _ configuration: FanOutConfiguration = .defaults,
    loops: Int = 2,
    _ test: (FanOutServer) async throws -> Void
) async throws {
    var serverConfiguration = ServerConfiguration()
    serverConfiguration.port = 0
    serverConfiguration.loops = loops
    serverConfiguration.drainWindow = .milliseconds(100)
    // No deadline for those who are slow because the machine is busy.
    serverConfiguration.requestTimeout = .seconds(60)
    let fanOut = FanOut(broker, configuration: configuration)
    let server = HTTPServer(serverConfiguration, fanOut) { FanOutServer.answer($0, fanOut) }
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
                try await test(FanOutServer(port: port, broker: broker, stopping: stopping))
            } catch {
                group.cancelAll()
                throw error
            }
        }
        stopping.finish()
        try await group.waitForAll()
    }
}
