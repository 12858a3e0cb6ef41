#if NATS
import SSEBrokerTesting
import SSENATS
import SSETestSupport
import Testing

@Suite(.enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."), .inTurn)
struct JetStreamConformanceTests {
    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `The engine conforms`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            for (index, check) in EngineConformance.checks.enumerated() {
                do {
                    try await check {
                        try await JetStreamEngine.on(server) {
                            $0.stream = "C\(index)"
                            $0.subjectPrefix = "c\(index)"
                        }
                    }
                } catch {
                    Issue.record("\(check): \(error)")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `A stream that keeps little conforms`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            for (index, check) in EngineConformance.retentionChecks.enumerated() {
                do {
                    try await check {
                        try await JetStreamEngine.on(server) {
                            $0.stream = "R\(index)"
                            $0.subjectPrefix = "r\(index)"
                            $0.retention.events = 50
                        }
                    }
                } catch {
                    Issue.record("\(check): \(error)")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(5)), arguments: NATSProgram.all)
    func `A stream that has begun already conforms`(program: NATSProgram) async throws {
        try await NATSServer.with(program) { server in
            let engine = try await JetStreamEngine.on(server)
            let others = try RawNATS(server)
            for check in EngineConformance.checks {
                do {
                    try await check { engine }
                } catch {
                    Issue.record("\(check): \(error)")
                }
                // And ends with a number that has no event.
                let last = try others.publish("sse.foreign", Array("from elsewhere".utf8))
                try others.delete(last)
            }
        }
    }
}
#endif
