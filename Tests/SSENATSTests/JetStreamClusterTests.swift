#if NATS
import Foundation
import Logging
import SSEBroker
import SSETestSupport
import Testing

@testable import SSENATS

/// Three servers, of which one at a time dies.
@Suite(
    .enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."),
    .enabled(
        if: ProcessInfo.processInfo.environment["SSE_SLOW_TESTS"] != nil,
        "It takes a minute; set SSE_SLOW_TESTS=1 to run it."
    ),
    .inTurn(seconds: 480)
)
struct JetStreamClusterTests {
    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(10)), arguments: NATSProgram.all)
    func `Nothing is lost, doubled or out of order when servers die in turn`(program: NATSProgram) async throws {
        try await NATSServer.withCluster(program) { servers in
            var configuration = JetStreamConfiguration(servers: servers.map(\.url))
            configuration.replicas = 3
            configuration.connectTimeout = .seconds(60)
            configuration.publishTimeout = .seconds(60)
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let engines = [
                try await JetStreamEngine(configuration, logger: logger),
                try await JetStreamEngine(configuration, logger: logger),
            ]
            let epoch = try await engines[0].bounds().epoch
            try await engines[0].withFollower(after: 0) { one in
                try await engines[1].withFollower(after: 0) { other in
                    var receipts: [PublishReceipt] = []
                    for round in 0..<4 {
                        let leader = try await engines[0].snapshot().leader
                        // The leader twice, and twice another one.
                        let victim = try #require(servers.first { ($0.name == leader) == (round % 2 == 0) })
                        try await withThrowingTaskGroup(of: PublishReceipt.self) { group in
                            for number in 0..<100 {
                                group.addTask { try await engines[number % 2].append("\(round) \(number)") }
                            }
                            receipts.append(try #require(try await group.next()))
                            await victim.kill()
                            for number in 100..<200 {
                                group.addTask { try await engines[number % 2].append("\(round) \(number)") }
                            }
                            for try await receipt in group { receipts.append(receipt) }
                        }
                        try victim.start()
                        // Servers of one machine, which has other work as well.
                        try await waitUntil(within: .seconds(150)) { await engines[0].health() == .healthy }
                    }
                    #expect(receipts.map(\.position.sequence).sorted() == Array(1...800))
                    #expect(receipts.allSatisfy { $0.position.epoch == epoch })
                    try await one.wait(forCount: 800)
                    try await other.wait(forCount: 800)
                    for received in [one, other] {
                        #expect(received.error == nil)
                        #expect(received.records.map(\.position.sequence) == Array(1...800))
                        #expect(Set(received.records.map(\.event.data)).count == 800)
                    }
                }
            }
            #expect(try await engines[1].bounds() == LogBounds(epoch: epoch, first: 1, last: 800))
        }
    }
}
#endif
