#if NATS
import SSEBroker
import SSETestSupport
import Testing

@testable import SSENATS

/// Which life of a stream it is.
struct StreamEpochTests {
    private static let created: Int64 = 1_700_000_000_000_000_000

    @available(SwiftSSE 1.0, *)
    @Test func `What is written in the description counts, whatever the servers' time is after a restart`() {
        let description = StreamEpoch(value: 1_700_000_000_123_456).description
        for created in [Self.created, Self.created + 100_000, Self.created - 60_000_000_000] {
            #expect(StreamEpoch(description: description, created: created).value == 1_700_000_000_123_456)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A stream that was set back has another epoch, as long as it is the same stream`() {
        let first = StreamEpoch(value: 1_700_000_000_123_456)
        let second = first.next
        #expect(second.value > first.value)
        #expect(second.next.value > second.value)
        for epoch in [second, second.next] {
            #expect(StreamEpoch(description: epoch.description, created: Self.created).value == epoch.value)
            #expect(StreamEpoch(description: epoch.description, created: 0).value == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            nil, "", "Orders", "The log of SSE brokers, of the epoch ", "The log of SSE brokers, of the epoch ?",
            // Of another stream, long ago; and more than a number holds.
            StreamEpoch(value: 1_600_000_000_000_000).description,
            "The log of SSE brokers, of the epoch zzzzzzzzzzzzzzzzzzzz",
            StreamEpoch(value: 1_700_000_000_123_456).description + "-",
            StreamEpoch(value: 1_700_000_000_123_456).description + "-1-2",
        ]
    )
    func `Without it, the time of the making does`(description: String?) {
        #expect(StreamEpoch(description: description, created: Self.created).value == 1_700_000_000_000_000)
        #expect(StreamEpoch(description: description, created: -1).value == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        .enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."),
        .timeLimit(.minutes(2)),
        arguments: NATSProgram.all
    )
    func `A stream is given its epoch by the broker that makes it, and all read it there`(
        program: NATSProgram
    ) async throws {
        try await NATSServer.with(program) { server in
            async let first = JetStreamEngine.on(server)
            async let second = JetStreamEngine.on(server)
            let engines = [try await first, try await second]
            let others = try RawNATS(server)
            let description = try others.description()
            for engine in engines {
                let epoch = try await engine.bounds().epoch
                #expect(description == StreamEpoch(value: epoch).description)
            }
            // New limits leave it as it is.
            let third = try await JetStreamEngine.on(server) {
                $0.retention.events = 50
                $0.existingStream = .update
            }
            #expect(try await third.bounds().epoch == engines[0].bounds().epoch)
            #expect(try others.description() == description)
        }
    }
}
#endif
