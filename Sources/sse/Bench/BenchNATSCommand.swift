import ArgumentParser
import Dispatch
import Logging
import SSEBroker
import SSENATS
import Synchronization

/// `sse bench nats`: publishes to a stream of NATS and follows it.
@available(SwiftSSE 1.0, *)
struct BenchNATSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nats",
        abstract: "Publish to NATS JetStream, follow it from the beginning, and measure the way at a steady rate."
    )

    @Argument(help: "The servers' URL, such as nats://127.0.0.1:4222. The stream BENCH there is used.")
    var url: String

    @Option(help: "How many events to publish and to follow.")
    var events = 200_000

    @Option(help: "How many bytes of data each has.")
    var bytes = 200

    @Option(help: "How many are published at the same time.")
    var inFlight = 1024

    @Option(help: "How many are published a second when the way is measured.")
    var rate = 1000

    @Option(help: "For how many seconds that is done.")
    var seconds = 5

    #if NATS
    fileprivate struct Report: Encodable {
        let publishesPerSecond: Double
        let deliveriesPerSecond: Double
        let p50Microseconds: Double
        let p99Microseconds: Double

        private enum CodingKeys: String, CodingKey {
            case publishesPerSecond = "publishes_per_s"
            case deliveriesPerSecond = "deliveries_per_s"
            case p50Microseconds = "p50_us"
            case p99Microseconds = "p99_us"
        }
    }

    func run() async throws {
        var configuration = JetStreamConfiguration(servers: self.url.split(separator: ",").map(String.init))
        configuration.stream = "BENCH"
        configuration.subjectPrefix = "bench"
        configuration.retention = Retention(events: 10_000_000, bytes: 8 << 30, age: nil)
        do {
            let engine = try await JetStreamEngine(
                configuration,
                logger: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            let report = Report(
                publishesPerSecond: try await self.publish(engine),
                deliveriesPerSecond: try await self.follow(engine),
                latencies: try await self.latencies(engine)
            )
            try StandardOutput.writeLine(JSONLine()(report))
        } catch let error as BrokerError {
            throw CommandFailure(error.message.printable)
        }
    }

    /// How long events were on their way, whose data begins with the time at which they were sent.
    private final class Latencies: Sendable {
        let histogram = Mutex(LatencyHistogram())

        func record(_ records: [LogRecord]) {
            let now = DispatchTime.now().uptimeNanoseconds
            self.histogram.withLock { histogram in
                for record in records {
                    guard let sent = UInt64(record.event.data.prefix { $0 != " " }) else { continue }
                    histogram.record(now - min(now, sent))
                }
            }
        }
    }

    private func publish(_ engine: JetStreamEngine) async throws -> Double {
        let publication = Publication(
            ServerSentEvent(data: String(repeating: "x", count: self.bytes)),
            topics: ["bench/1"]
        )
        let (total, publishers) = (self.events, self.inFlight)
        let seconds =
            try await ContinuousClock().measure {
                try await withThrowingDiscardingTaskGroup { group in
                    for publisher in 0..<publishers {
                        group.addTask {
                            for _ in stride(from: publisher, to: total, by: publishers) {
                                _ = try await engine.append(publication)
                            }
                        }
                    }
                }
            } / .seconds(1)
        return Double(total) / seconds
    }

    /// Follows from the beginning, what was published now and before.
    private func follow(_ engine: JetStreamEngine) async throws -> Double {
        let bounds = try await engine.bounds()
        let seconds =
            try await ContinuousClock().measure {
                try await Self.follow(engine, after: bounds.first - 1, through: bounds.last) { _ in }
            } / .seconds(1)
        return Double(bounds.last - bounds.first + 1) / seconds
    }

    private func latencies(_ engine: JetStreamEngine) async throws -> LatencyHistogram {
        let latencies = Latencies()
        let start = try await engine.bounds().last
        let count = self.rate * self.seconds
        let interval = Duration.seconds(1) / self.rate
        let padding = " " + String(repeating: "x", count: max(0, self.bytes - 20))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Self.follow(engine, after: start, through: start + UInt64(count)) { records in
                    latencies.record(records)
                }
            }
            group.addTask {
                try await withThrowingDiscardingTaskGroup { publishers in
                    let clock = ContinuousClock()
                    let start = clock.now
                    for number in 0..<count {
                        try await clock.sleep(until: start + interval * number)
                        publishers.addTask {
                            // Here, where the engine's work begins.
                            let data = "\(DispatchTime.now().uptimeNanoseconds)\(padding)"
                            _ = try await engine.append(Publication(ServerSentEvent(data: data), topics: ["bench/1"]))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return latencies.histogram.withLock { $0 }
    }

    private static func follow(
        _ engine: JetStreamEngine,
        after cursor: UInt64,
        through end: UInt64,
        _ take: @escaping @Sendable ([LogRecord]) -> Void
    ) async throws {
        struct IsDone: Error {}
        do {
            try await engine.follow(after: cursor) { records throws(BrokerError) in
                take(records)
                guard let last = records.last, last.position.sequence < end else {
                    throw BrokerError(code: .closed, message: "That is all.", cause: IsDone())
                }
            }
        } catch let error as BrokerError where error.cause is IsDone {}
    }
    #else
    func run() async throws {
        throw CommandFailure("This sse was built without NATS; build it with swift build --traits default,NATS.")
    }
    #endif
}

#if NATS
@available(SwiftSSE 1.0, *)
extension BenchNATSCommand.Report {
    fileprivate init(publishesPerSecond: Double, deliveriesPerSecond: Double, latencies: LatencyHistogram) {
        self.init(
            publishesPerSecond: publishesPerSecond,
            deliveriesPerSecond: deliveriesPerSecond,
            p50Microseconds: Double(latencies.nanoseconds(at: 0.5)) / 1000,
            p99Microseconds: Double(latencies.nanoseconds(at: 0.99)) / 1000
        )
    }
}
#endif
