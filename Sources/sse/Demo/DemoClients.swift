import SSEClient
import ServerSentEvents
import ServiceLifecycle

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
