import Logging
import SSETestSupport
import Testing

@testable import SSEHub

/// Keys that are replaced while others are being replaced.
@Suite(.timeLimit(.minutes(3)))
struct HubAccessTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Of those that are replaced at the same time none goes on loading its keys`() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        for _ in 0..<20 {
            let loads = Log<Int>()
            func policy(_ number: Int) -> PublishPolicy {
                .bearersOfTokens(
                    .keySet(named: "\(number)", refreshedEvery: .milliseconds(1)) {
                        loads.append(number)
                        return ""
                    }
                )
            }
            let access = HubAccess(policy(0), .everybody, logger)
            try await withThrowingTaskGroup { group in
                group.addTask { await access.run() }
                await withTaskGroup { replacements in
                    for number in 1...8 {
                        let policy = policy(number)
                        replacements.addTask { access.replace(policy, .everybody) }
                    }
                }
                // Who was replaced may be at its last load still; after that, only one goes on.
                let count = loads.entries.count
                try await loads.wait(forCount: count + 60)
                #expect(Set(loads.entries.dropFirst(count + 20)).count == 1)
                group.cancelAll()
            }
        }
    }
}
