internal import Hummingbird
internal import Logging
internal import NIOCore
internal import SSETestSupport
internal import ServiceLifecycle

/// An application that listens on a port of this machine.
@available(SwiftSSE 1.0, *)
struct TestServer: Sendable {
    let port: Int
    fileprivate let serviceGroup: ServiceGroup
    fileprivate let runEnded: Log<Bool>

    /// Serves routes for as long as a test takes; after that the application is shut down gracefully.
    static func withServer(
        _ kind: TestServerKind,
        options: RouterOptions = [],
        routes: (Router<BasicRequestContext>) -> Void,
        _ test: (TestServer) async throws -> Void
    ) async throws {
        let router = Router(context: BasicRequestContext.self, options: options)
        routes(router)
        let running = Log<Int>()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            router: router,
            server: kind.builder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in running.append(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        let serviceGroup = ServiceGroup(configuration: .init(services: [application], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { group in
            let runEnded = Log<Bool>()
            group.addTask {
                defer { runEnded.append(true) }
                try await serviceGroup.run()
            }
            guard let port = await running.next() else { throw CancellationError() }
            let server = TestServer(port: port, serviceGroup: serviceGroup, runEnded: runEnded)
            do {
                try await test(server)
            } catch {
                group.cancelAll()
                throw error
            }
            await serviceGroup.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    /// Tells the application to shut down gracefully.
    func triggerGracefulShutdown() async {
        await self.serviceGroup.triggerGracefulShutdown()
    }

    /// Waits until the application has stopped.
    func waitForEnd() async {
        _ = await self.runEnded.next()
    }

    /// Connects to the server and sends a `GET` request without a body.
    func get<Result: Sendable>(
        _ path: String = "/",
        receiveBufferSize: Int? = nil,
        _ body: (inout RawConnection) async throws -> Result
    ) async throws -> Result {
        try await RawConnection.withConnection(to: self.port, receiveBufferSize: receiveBufferSize) { connection in
            try await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            return try await body(&connection)
        }
    }
}
