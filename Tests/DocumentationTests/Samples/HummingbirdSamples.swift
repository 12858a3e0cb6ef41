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
