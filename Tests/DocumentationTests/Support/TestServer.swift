import Hummingbird
import Logging
import NIOCore
import SSEHummingbird
import ServiceLifecycle

/// Runs a Hummingbird application on a free port for the time of a closure.
///
/// - Parameters:
///   - answer: Answers each `GET` and `POST` of `/`.
///   - body: Gets the URL.
@available(SwiftSSE 1.0, *)
func withTestServer<Result>(
    _ answer: @escaping @Sendable (Request) async throws -> Response,
    _ body: (_ url: String) async throws -> Result
) async throws -> Result {
    let router = Router()
    router.get("/") { request, _ in try await answer(request) }
    router.post("/") { request, _ in try await answer(request) }
    var logger = Logger(label: "DocumentationTests")
    logger.logLevel = .critical
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let application = Application(
        router: router,
        server: .eventStreams(),
        configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in
            continuation.yield(channel.localAddress?.port ?? 0)
        },
        logger: logger
    )
    let services = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: logger))
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { continuation.finish() }
            try await services.run()
        }
        do {
            guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
            let result = try await body("http://127.0.0.1:\(port)/")
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            return result
        } catch {
            await services.triggerGracefulShutdown()
            throw error
        }
    }
}
