import Hummingbird
import SSEHummingbird

/// The broker in the README.
@available(SwiftSSE 1.0, *)
private func serve() async throws {
    let broker = Broker()
    let fanOut = FanOut(broker)
    let router = Router()
    router.get("/news") { request, _ in
        try await request.eventStream(of: "news", from: fanOut)
    }
    router.post("/news") { request, _ in
        let text = String(buffer: try await request.body.collect(upTo: 64 * 1024))
        return try await broker.publish(ServerSentEvent(data: text), to: "news").id
    }
    let app = Application(router: router, server: .eventStreams(), services: [broker])
    try await app.runService()
}
