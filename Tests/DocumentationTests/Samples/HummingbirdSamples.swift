import Hummingbird
import SSEHummingbird

/// The code of the Hummingbird module's landing page.
@available(SwiftSSE 1.0, *)
private func hummingbirdSamples(news: AsyncStream<ServerSentEvent>) async throws {
    let router = Router()
    router.get("/ticks") { request, _ in
        let start = Int(request.lastEventID?.rawValue ?? "") ?? 0
        return request.eventStream { writer in
            for number in (start + 1)... {
                try await writer.send(
                    ServerSentEvent(type: "tick", data: "\(number)", id: ServerSentEvent.EventID("\(number)"))
                )
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
    let app = Application(router: router, server: .eventStreams())

    router.get("/news") { request, _ in request.eventStream(news) }
    try await app.runService()
}

/// The part on brokers of the same page.
@available(SwiftSSE 1.0, *)
private func brokerSamples(router: Router<BasicRequestContext>) async throws {
    let broker = Broker()
    let fanOut = FanOut(broker)
    router.get("/weather") { request, _ in try await request.eventStream(of: "weather", from: fanOut) }
    router.post("/weather") { request, _ in
        let text = String(buffer: try await request.body.collect(upTo: 64 * 1024))
        return try await broker.publish(ServerSentEvent(data: text), to: "weather").id
    }
    let app = Application(router: router, server: .eventStreams(), services: [broker])
    try await app.runService()
}
