import Foundation
import Logging
import SSEBroker
import SSEHub
import SSENATS
import SSESQLite

/// The engine of `sse serve --engine`.
@available(SwiftSSE 1.0, *)
struct HubEngine {
    #if NATS
    private(set) var configuration: JetStreamConfiguration
    #endif
    /// The settings as they were given, by whichever way; secrets only as having been given.
    private(set) var given: [String: String] = [:]

    /// What the settings say, `nil` if they want no engine.
    ///
    /// - Throws: `CommandFailure` for what cannot be.
    static func read(_ options: EngineOptions, _ settings: ServeSettings, _ retention: Retention) throws -> HubEngine? {
        let reader = EngineSettings(options: options, settings: settings)
        guard let text = settings.string("engine", options.engine) else {
            if let name = reader.given.keys.sorted().first {
                throw CommandFailure("\(ServeSettings.optionName(name)) needs --engine, the NATS servers' URL.")
            }
            return nil
        }
        let servers = try reader.servers(in: text)
        #if NATS
        var configuration = JetStreamConfiguration(servers: servers)
        configuration.retention = retention
        configuration.connectionName = "sse serve"
        try reader.set(&configuration)
        var engine = HubEngine(configuration: configuration)
        engine.given = reader.given
        engine.given["engine"] = reader.printable(servers)
        return engine
        #else
        _ = servers
        throw CommandFailure(
            "--engine: this sse was built without NATS; build it with swift build --traits default,NATS, which needs "
                + "libnats (libnats-dev on Debian)."
        )
        #endif
    }

    /// Connects, and makes the hub's broker.
    ///
    /// - Throws: `CommandFailure` if that is not possible.
    func makeBroker(_ hub: HubConfiguration, logger: Logger) async throws -> Broker {
        #if NATS
        do throws(BrokerError) {
            let engine = try await JetStreamEngine(self.configuration, logger: logger)
            return try await Broker(engine: engine, configuration: hub.broker, metrics: hub.metricsFactory)
        } catch {
            throw CommandFailure("--engine: \(error.message.printable)")
        }
        #else
        throw CommandFailure("--engine: this sse was built without NATS.")
        #endif
    }
}

/// The file that `sse serve --store` keeps events in.
@available(SwiftSSE 1.0, *)
struct HubStore {
    let path: String
    let durability: StoreDurability

    /// - Throws: `CommandFailure` if this program cannot keep events in a file.
    init(path: String, durability: StoreDurability) throws {
        #if SQLite
        self.path = path
        self.durability = durability
        #else
        throw CommandFailure(
            "--store: this sse was built without SQLite; build it with swift build --traits default,SQLite."
        )
        #endif
    }

    /// Opens the file.
    ///
    /// - Throws: `CommandFailure` if it cannot be opened.
    func open(_ configuration: HubConfiguration) async throws -> OpenHubStore {
        #if SQLite
        do {
            let engine = try await SQLiteEngine(
                path: self.path,
                durability: SQLiteDurability(rawValue: self.durability.rawValue) ?? .full,
                configuration: configuration.broker
            )
            // What is in memory is bounded as without a file; older events are read from that.
            var copy = configuration.broker
            copy.retention.events = min(copy.retention.events, Retention.defaults.events)
            copy.retention.bytes = min(copy.retention.bytes, Retention.defaults.bytes)
            let broker = try await Broker(
                engine: engine,
                configuration: copy,
                metrics: configuration.metricsFactory
            )
            return OpenHubStore(broker: broker) { await engine.close() }
        } catch let error as SQLiteEngineError {
            throw CommandFailure("--store: \(error.message.printable)")
        } catch let error as BrokerError {
            throw CommandFailure("--store: \(error.message.printable)")
        }
        #else
        throw CommandFailure("--store: this sse was built without SQLite.")
        #endif
    }
}

/// A hub's broker on a file, and what closes that.
@available(SwiftSSE 1.0, *)
struct OpenHubStore {
    let broker: Broker
    let close: @Sendable () async -> Void
}
