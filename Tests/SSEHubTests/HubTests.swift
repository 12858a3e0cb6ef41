import Logging
import SSETestSupport
import ServerSentEvents
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import SSEBroker
@testable import SSEHub

/// The life of a hub.
@Suite(.timeLimit(.minutes(3)))
struct HubTests {
    @available(SwiftSSE 1.0, *)
    @Test func `A graceful shutdown ends the streams in order and leaves nothing behind`() async throws {
        var configuration = HubConfiguration.defaults
        configuration.port = 0
        configuration.publishPolicy = .everybody
        configuration.drainWindow = .milliseconds(100)
        configuration.drainRetry = .seconds(2)...(.seconds(2))
        let hub = Hub(configuration, logger: Logger(label: "hub") { _ in SwiftLogNoOpLogHandler() })
        try await testGracefulShutdown { (trigger) async throws in
            let ports = Log<Int>()
            async let end: Void = hub.run { ports.append($0) }
            let port = try #require(await ports.next())
            try await RawConnection.withConnection(to: port) { client in
                _ = try await client.subscribe("?topic=a")
                try await hub.broker.publish(ServerSentEvent(data: "last"), to: "a")
                trigger.triggerGracefulShutdown()
                let rest = try await client.readToEnd()
                #expect(rest.contains("data: last\n\n\r\n"))
                #expect(rest.hasSuffix(chunk("retry: 2000\n\n") + lastChunk))
            }
            try await end
        }
        #expect(hub.broker.subscriptionCount == 0)
        // What comes after that is refused for good reasons.
        await #expect(throws: BrokerError.self) { try await hub.broker.publish(ServerSentEvent(data: "x"), to: "a") }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A broker that shuts down refuses publishers and subscribers for now`() async throws {
        let broker = Broker()
        try await withHub(broker: broker) { hub in
            broker.store.close()
            for request in [publication(form: "topic=a"), subscription("?topic=a")] {
                let response = try await hub.exchange(request)
                #expect(response.status == "503 Service Unavailable")
                #expect(response.head["Retry-After"] == ["5"])
                #expect(response.isOneLineOfText)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A second run is an error, and leaves the first one alone`() async throws {
        try await withHub { hub in
            let error = await #expect(throws: BrokerError.self) { try await hub.hub.run() }
            #expect(error?.code == .alreadyRun)
            let response = try await hub.exchange(publication(form: "topic=a"))
            #expect(response.status == "200 OK")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A port that is taken is an error`() async throws {
        try await withHub { first in
            var configuration = HubConfiguration.defaults
            configuration.port = first.port
            let second = Hub(configuration, logger: Logger(label: "hub") { _ in SwiftLogNoOpLogHandler() })
            await #expect(throws: (any Error).self) { try await second.run() }
        }
    }
}
