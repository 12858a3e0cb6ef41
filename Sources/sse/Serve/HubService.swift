import SSEHub
import SSEHTTPServer
import SSEServer
import ServiceLifecycle

/// A hub that tells where it listens.
@available(SwiftSSE 1.0, *)
struct HubService: Service {
    let hub: Hub
    let onListening: @Sendable ([BoundListener]) -> Void

    func run() async throws { try await self.hub.serve(onListening: self.onListening) }
}
