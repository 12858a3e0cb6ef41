import ArgumentParser
import Foundation
import SSEBroker
import SSESQLite

/// `sse bench store`: publishes to a log in a file, and opens it again.
@available(SwiftSSE 1.0, *)
struct BenchStoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Publish to a log in a new file, open it again, and print how fast that went."
    )

    private struct Report: Encodable {
        let durability: String
        let inFlight: Int
        let events: Int
        let seconds: Double
        let eventsPerSecond: Double
        let fileBytes: Int
        let openSeconds: Double
        let brokerSeconds: Double

        private enum CodingKeys: String, CodingKey {
            case durability
            case inFlight = "in_flight"
            case events
            case seconds
            case eventsPerSecond = "events_per_s"
            case fileBytes = "file_bytes"
            case openSeconds = "open_s"
            case brokerSeconds = "broker_s"
        }
    }

    @Argument(help: "A folder on the disk to measure; the file is removed again.")
    var folder: String

    @Option(help: "What the events outlive: full, normal or off.")
    var durability = StoreDurability.full.rawValue

    @Option(help: "How many events to publish.")
    var events = 10_000

    @Option(help: "How many publishers wait for their answers at the same time.")
    var inFlight = 1

    @Option(help: "How many bytes of data an event has.")
    var bytes = 100

    func validate() throws {
        guard StoreDurability(rawValue: self.durability) != nil else {
            throw ValidationError("--durability is full, normal or off.")
        }
        guard self.events > 0, self.inFlight > 0, self.bytes >= 0 else {
            throw ValidationError("--events and --in-flight must be at least 1, --bytes 0 or more.")
        }
    }

    func run() async throws {
        #if SQLite
        let file = URL(filePath: self.folder).appending(path: "sse-bench-\(UUID().uuidString).db").path
        defer {
            for suffix in ["", "-wal", "-shm", "-lock"] { try? FileManager.default.removeItem(atPath: file + suffix) }
        }
        do {
            try StandardOutput.writeLine(JSONLine()(try await self.measure(file)))
        } catch let error as SQLiteEngineError {
            throw CommandFailure(error.message.printable)
        } catch let error as BrokerError {
            throw CommandFailure(error.message.printable)
        }
        #else
        throw CommandFailure("This sse was built without SQLite; build it with swift build --traits default,SQLite.")
        #endif
    }

    #if SQLite
    private func measure(_ file: String) async throws -> Report {
        var configuration = BrokerConfiguration.defaults
        configuration.retention = Retention(events: self.events, bytes: .max, age: nil)
        let clock = ContinuousClock()
        let first = try await self.open(file, configuration)
        // With the copy in memory that a broker has by default.
        let broker = try await Broker(engine: first)
        let time = try await clock.measure { try await self.publish(to: broker) }
        await first.close()

        let start = clock.now
        let second = try await self.open(file, configuration)
        let opened = clock.now
        _ = try await Broker(engine: second)
        let copied = clock.now
        await second.close()
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        return Report(
            durability: self.durability,
            inFlight: self.inFlight,
            events: self.events,
            seconds: time / .seconds(1),
            eventsPerSecond: Double(self.events) / (time / .seconds(1)),
            fileBytes: attributes[.size] as? Int ?? 0,
            openSeconds: (opened - start) / .seconds(1),
            brokerSeconds: (copied - opened) / .seconds(1)
        )
    }

    private func open(_ file: String, _ configuration: BrokerConfiguration) async throws -> SQLiteEngine {
        try await SQLiteEngine(
            path: file,
            durability: SQLiteDurability(rawValue: self.durability) ?? .full,
            configuration: configuration
        )
    }

    /// Publishes all events, while the broker takes them from the file's engine.
    private func publish(to broker: Broker) async throws {
        let data = String(repeating: "x", count: self.bytes)
        let (events, publishers) = (self.events, self.inFlight)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await broker.run()
                } catch is CancellationError {}
            }
            try await withThrowingDiscardingTaskGroup { group in
                for publisher in 0..<publishers {
                    group.addTask {
                        for _ in stride(from: publisher, to: events, by: publishers) {
                            try await broker.publish(ServerSentEvent(data: data), to: "bench")
                        }
                    }
                }
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }
    #endif
}
