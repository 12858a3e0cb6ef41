import Foundation
import Logging
import SSEBroker
import SSEHub
import SSENATS

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
