import Hummingbird
import Logging
import SSEHummingbird
import ServiceLifecycle

/// Runs the routes of an example.
///
/// - Without arguments: serves on port 8080 until Ctrl-C.
/// - `--port <n>`: serves on that port.
/// - `--once`: serves on a free port as long as the client runs.
///
/// - Parameters:
///   - router: The routes.
///   - client: With `--once`, gets the server's URL; throws if what it receives is not what is to be expected.
public func run(_ router: Router<BasicRequestContext>, client: (_ url: String) async throws -> Void) async throws {
    let arguments = CommandLine.arguments
    guard arguments.contains("--once") else {
        let port = arguments.firstIndex(of: "--port").flatMap { Int(arguments[($0 + 1)...].first ?? "") } ?? 8080
        let app = Application(
            router: router,
            server: .eventStreams(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port))
        )
        return try await app.runService()
    }

    var logger = Logger(label: "Examples")
    logger.logLevel = .error
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let app = Application(
        router: router,
        server: .eventStreams(),
        configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
        logger: logger
    )
    let services = ServiceGroup(configuration: ServiceGroupConfiguration(services: [app], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { continuation.finish() }
            try await services.run()
        }
        if let port = await ports.first(where: { _ in true }) {
            try await client("http://127.0.0.1:\(port)")
        }
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
    }
}

/// What an example received is not what it expected.
public struct ExampleFailure: Error, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    /// Throws a failure unless a condition holds.
    public static func unless(_ condition: Bool, _ description: String) throws {
        if !condition { throw ExampleFailure(description: description) }
    }
}
