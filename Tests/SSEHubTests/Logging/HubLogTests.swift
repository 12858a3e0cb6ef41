import Logging
import SSEHTTPServer
import SSEServer
import SSETestSupport
import Testing

@testable import SSEBroker
@testable import SSEHub

/// What a hub says of its life.
@Suite(.timeLimit(.minutes(3)))
struct HubLogTests {
    private struct Failure: Error, CustomStringConvertible {
        let description = "no such file"
    }

    @available(SwiftSSE 1.0, *)
    private static func log(_ lines: Log<String>, level: Logger.Level = .info) -> HubLog {
        HubLog(
            Logger(label: "hub") { label in
                LineLogHandler(
                    label: label,
                    format: .text,
                    level: level,
                    now: { LogTime(secondsSince1970: 0, milliseconds: 0) },
                    write: { lines.append(String($0.dropFirst("1970-01-01T00:00:00.000Z ".count).dropLast())) }
                )
            }
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Each event of a life is one line`() {
        let lines = Log<String>()
        let log = Self.log(lines, level: .debug)
        log.listening(scheme: "https", BoundListener(index: 0, host: "::1", port: 8443, path: nil), roles: .all)
        let socket = BoundListener(index: 1, host: nil, port: nil, path: "/run/hub.sock")
        log.listening(scheme: "https", socket, roles: [.publish, .operate])
        let half = BoundListener(index: 2, host: "localhost", port: 1, path: nil, missing: ["::1"])
        log.listening(scheme: "http", half, roles: .subscribe)
        log.reloaded("keys")
        log.reloadFailed("certificate", Failure())
        log.publishRefused(status: 401, reason: "The token is not valid.")
        log.notAllowed(.subscribe, status: 401, reason: "Subscribing needs a token.")
        log.draining(subscribers: 12, window: .milliseconds(1500))
        log.stopped()
        #expect(
            lines.entries == [
                "INFO     Listening host=::1 port=8443 roles=publish+subscribe+operate scheme=https",
                "INFO     Listening path=/run/hub.sock roles=publish+operate scheme=https",
                "INFO     Listening host=localhost port=1 roles=subscribe scheme=http",
                "NOTICE   This machine has no such address for localhost address=::1",
                "NOTICE   Reloaded what=keys",
                "ERROR    Not reloaded; what was there stays error=\"no such file\" what=certificate",
                "DEBUG    Publish refused reason=\"The token is not valid.\" status=401",
                "INFO     Request not allowed reason=\"Subscribing needs a token.\" request=subscribe status=401",
                "INFO     Draining seconds=1.5 subscribers=12",
                "INFO     Stopped",
            ]
        )
    }

    /// Of the log, at the level `info`, which has nothing of a token.
    @available(SwiftSSE 1.0, *)
    @Test func `Whoever shows no token, or one that is not enough, is in the log`() async throws {
        let lines = Log<String>()
        try await withHub(
            lines: lines,
            {
                $0.publishPolicy = .bearersOfTokens(try .secret(TestToken.key))
                $0.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key))
            }
        ) { hub in
            _ = try await hub.exchange(publication(form: "topic=a"))
            _ = try await hub.exchange("GET /.well-known/mercure?topic=a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        }
        let refused = lines.entries.filter { $0.contains("Request not allowed") }
        #expect(refused.count == 2)
        #expect(refused.contains { $0.contains("reason=\"Publishing needs a token.\" request=publish status=401") })
        #expect(refused.contains { $0.contains("reason=\"Subscribing needs a token.\" request=subscribe status=401") })
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An engine that is closed with its broker is not in trouble`() async throws {
        let lines = Log<String>()
        let clock = ManualClock()
        let broker = Broker(clock: clock)
        let watch = EngineWatch(
            broker: broker,
            log: Self.log(lines),
            metrics: HubMetrics(PrometheusMetrics()),
            clock: clock
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watch.run() }
            try await clock.waitForSleepers(1)
            broker.store.close()
            clock.advance(by: .seconds(1))
            // It ends by itself.
            try await group.next()
        }
        #expect(lines.entries.isEmpty)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An engine in trouble is told when that begins and when it ends, and counted meanwhile`() async throws {
        let lines = Log<String>()
        let (clock, metrics) = (ManualClock(), PrometheusMetrics())
        let engine = SteeredEngine()
        let broker = try await Broker(engine: engine, clock: clock)
        let watch = EngineWatch(broker: broker, log: Self.log(lines), metrics: HubMetrics(metrics), clock: clock)
        func state(_ name: String) -> String? {
            metrics.exposition().split(separator: "\n")
                .first { $0.hasPrefix("sse_hub_engine_health{state=\"\(name)\"}") }?.split(separator: " ").last.map(
                    String.init
                )
        }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await watch.run() }
            try await clock.waitForSleepers(1)
            #expect(state("healthy") == "1" && state("unavailable") == "0")
            engine.fail(.append, with: BrokerError(code: .storageFull, message: "The disk is full."))
            for _ in 0..<3 {
                _ = try? await broker.publish(ServerSentEvent(data: "1"), to: "a")
                clock.advance(by: .seconds(1))
                try await clock.waitForSleepers(1)
            }
            #expect(state("healthy") == "0" && state("unavailable") == "1")
            engine.fail(.append, with: nil)
            try await broker.publish(ServerSentEvent(data: "2"), to: "a")
            clock.advance(by: .seconds(1))
            try await clock.waitForSleepers(1)
            #expect(state("healthy") == "1" && state("unavailable") == "0")
            group.cancelAll()
        }
        #expect(
            lines.entries == [
                "ERROR    The engine is unavailable reason=\"The disk is full.\"", "NOTICE   The engine is well again",
            ]
        )
    }
}
