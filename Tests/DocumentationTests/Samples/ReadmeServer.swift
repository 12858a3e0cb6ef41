import Hummingbird
import SSEHummingbird

/// The server in the README.
@available(SwiftSSE 1.0, *)
private func serve() async throws {
    let router = Router()
    router.get("/ticks") { request, _ in
        request.eventStream { writer in
            for number in 1... {
                try await writer.send(ServerSentEvent(type: "tick", data: "\(number)"))
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
    let app = Application(router: router, server: .eventStreams())
    try await app.runService()
}
