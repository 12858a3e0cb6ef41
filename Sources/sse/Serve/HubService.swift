import SSEHub
import ServiceLifecycle

/// A hub that tells its port.
@available(SwiftSSE 1.0, *)
struct HubService: Service {
    let hub: Hub
    let onListening: @Sendable (Int) -> Void

    func run() async throws { try await self.hub.run(onListening: self.onListening) }
}
