import Logging
import SSEBroker
import SSETestSupport
import Testing

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
    @Test func `each event of a life is one line`() {
        let lines = Log<String>()
        let log = Self.log(lines, level: .debug)
        log.listening(scheme: "https", host: "::1", port: 8443)
        log.reloaded("keys")
        log.reloadFailed("certificate", Failure())
        log.publishRefused(status: 401, reason: "The token is not valid.")
        log.draining(subscribers: 12, window: .milliseconds(1500))
        log.stopped()
        #expect(
            lines.entries == [
                "INFO     Listening host=::1 port=8443 scheme=https",
                "NOTICE   Reloaded what=keys",
                "ERROR    Not reloaded; what was there stays error=\"no such file\" what=certificate",
                "DEBUG    Publish refused reason=\"The token is not valid.\" status=401",
                "INFO     Draining seconds=1.5 subscribers=12",
                "INFO     Stopped",
            ]
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test func `an engine in trouble is told when it begins and not again`() async throws {
        let lines = Log<String>()
        let clock = ManualClock()
        let broker = try await Broker(engine: SlowEngine(health: .degraded("slow disk")))
        let watch = EngineWatch(broker: broker, log: Self.log(lines), clock: clock)
        await withDiscardingTaskGroup { group in
            group.addTask { await watch.run() }
            _ = await lines.next()
            for _ in 0..<3 {
                try? await waitUntil { clock.sleeperCount == 1 }
                clock.advance(by: .seconds(10))
            }
            try? await waitUntil { clock.sleeperCount == 1 }
            group.cancelAll()
        }
        #expect(lines.entries == ["WARNING  The engine is degraded reason=\"slow disk\""])
    }
}
