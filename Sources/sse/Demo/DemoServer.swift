import Foundation
import Hummingbird
import Logging
import SSEClient
import SSEHummingbird
import ServerSentEvents
import ServiceLifecycle

/// A server whose `/sse` sends the time, and whose `/` is a page that shows it.
@available(SwiftSSE 1.0, *)
struct DemoServer: Service {
    private let port: Int
    private let interval: Duration
    private let logger: Logger
    private let onRunning: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - port: The port to listen on, 0 for any.
    ///   - interval: The time between two events.
    ///   - logger: What the server logs to.
    ///   - onRunning: Called with the port once the server listens.
    init(port: Int, interval: Duration, logger: Logger, onRunning: @escaping @Sendable (Int) -> Void) {
        self.port = port
        self.interval = interval
        self.logger = logger
        self.onRunning = onRunning
    }

    func run() async throws {
        let router = Router()
        router.get("/") { _, _ in DemoPage.response }
        router.get("/sse") { [interval] request, _ in
            request.eventStream { writer in
                var number = UInt64(request.lastEventID?.rawValue ?? "") ?? 0
                while true {
                    number &+= 1
                    try await writer.send(
                        ServerSentEvent(
                            type: "timestamp",
                            data: Date.now.formatted(Self.timeFormat),
                            id: try ServerSentEvent.EventID(String(number))
                        )
                    )
                    try await Task.sleep(for: interval)
                }
            }
        }
        let application = Application(
            router: router,
            server: .eventStreams(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: self.port)),
            onServerRunning: { [onRunning] channel in onRunning(channel.localAddress?.port ?? 0) },
            logger: self.logger
        )
        try await application.run()
    }

    /// RFC 3339 with milliseconds.
    private static let timeFormat = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}

/// Two clients that connect over TCP and print what they receive.
@available(SwiftSSE 1.0, *)
struct DemoClients: Service {
    private static let names = ["client 1", "client 2"]

    let ports: AsyncStream<Int>
    let events: Int
    let transcript: Transcript

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            guard let port = await self.ports.first(where: { _ in true }) else { return }
            await self.transcript.introduce(port: port)
            try await withThrowingTaskGroup { group in
                for (index, name) in Self.names.enumerated() {
                    group.addTask { try await self.listen(name, index, port: port) }
                }
                try await group.waitForAll()
            }
        }
    }

    private func listen(_ name: String, _ index: Int, port: Int) async throws {
        let client = EventStreamClient()
        let request = EventStreamRequest(url: "http://localhost:\(port)/sse")
        var received = 0
        do {
            try await client.withStream(request) { _, events in
                await self.transcript.say("connected", by: name, index)
                for try await event in events {
                    received += 1
                    await self.transcript.say(event, by: name, index)
                    if received == self.events { return }
                }
            }
        } catch {
            await self.transcript.say("disconnected after \(received) events", by: name, index)
            if error is CancellationError { return }
            throw error
        }
        await self.transcript.say("disconnected after \(received) events", by: name, index)
    }
}
