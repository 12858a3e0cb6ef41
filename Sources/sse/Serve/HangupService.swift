import Logging
import SSEHub
import ServiceLifecycle
import UnixSignals

/// Has a hub's keys and certificate read again at each SIGHUP. What cannot be read leaves what was there in use.
@available(SwiftSSE 1.0, *)
struct HangupService: Service {
    let hub: Hub
    let logger: Logger
    /// Reads the settings again.
    let read: @Sendable () throws -> HubConfiguration

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                let configuration = try self.read()
                self.hub.reload(
                    publishPolicy: configuration.publishPolicy,
                    subscribePolicy: configuration.subscribePolicy
                )
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
