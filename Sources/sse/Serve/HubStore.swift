import SSEBroker
import SSEHub
import SSESQLite

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
