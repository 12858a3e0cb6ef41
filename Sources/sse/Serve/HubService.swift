import Logging
import SSEHTTPServer
import SSEHub
import SSEServer
import ServiceLifecycle
import UnixSignals

/// A hub that tells where it listens.
@available(SwiftSSE 1.0, *)
struct HubService: Service {
    let hub: Hub
    let onListening: @Sendable ([BoundListener]) -> Void

    func run() async throws { try await self.hub.serve(onListening: self.onListening) }
}

/// Has a hub's keys and certificate read again at each SIGHUP. What cannot be read leaves what was there in use, and does
/// not keep the other from being replaced.
@available(SwiftSSE 1.0, *)
struct HangupService: Service {
    let hub: Hub
    let logger: Logger
    /// The signals, also those that came before the hub ran.
    let hangups: UnixSignalsSequence
    /// Reads who may publish and subscribe, with all keys.
    let read: @Sendable () throws -> (publish: PublishPolicy, subscribe: SubscribePolicy)

    func run() async throws {
        for await _ in self.hangups.cancelOnGracefulShutdown() {
            do {
                let policies = try self.read()
                self.hub.reload(publishPolicy: policies.publish, subscribePolicy: policies.subscribe)
            } catch {
                self.logger.error(
                    "Not reloaded; what was there stays",
                    metadata: ["what": "keys", "error": "\(error)"]
                )
            }
            // Says by itself what is wrong.
            try? self.hub.reloadCertificate()
        }
    }
}
