#if SQLite
import Foundation
import Testing

@testable import SSESQLite

/// What becomes of ages when somebody sets the system's clock.
@Suite(.timeLimit(.minutes(3)))
struct SQLiteClockTests {
    private static let twoDays = Duration.seconds(2 * 86_400)

    @available(SwiftSSE 1.0, *)
    private var configuration: BrokerConfiguration {
        var configuration = BrokerConfiguration.defaults
        configuration.retention.age = .seconds(60)
        configuration.idempotencyWindow = .seconds(60)
        return configuration
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [.zero - twoDays, twoDays], [true, false])
    func `Events and keys grow old though the clock has been set`(change: Duration, isReopened: Bool) async throws {
        try await LogFolder.with { folder in
            var engine = try await folder.open(configuration: self.configuration)
            try await engine.append("1", to: "a", key: "k")
            folder.setClock(by: change)
            if isReopened {
                await engine.close()
                engine = try await folder.open(configuration: self.configuration)
            }
            // A clock that was set forward while nobody looked is taken for time that has gone by.
            let isOld = isReopened && change > .zero
            let again = try await engine.append("again", to: "a", key: "k")
            #expect(again.isDuplicate == !isOld)
            folder.advance(by: .seconds(59))
            #expect(try await engine.append("2", to: "a", key: "k").isDuplicate)
            folder.advance(by: .seconds(2))
            let late = try await engine.append("3", to: "a", key: "k")
            #expect(!late.isDuplicate)
            #expect(try await engine.all().contains { $0.event.data == "1" } == false)
            folder.advance(by: .seconds(61))
            try await engine.tickOnWriter()
            #expect(try await engine.all().isEmpty)
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A key of the future is not good for an event that is not there`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open(configuration: self.configuration)
            try await engine.append("1", to: "a", key: "1")
            try await engine.append("2", to: "a", key: "2")
            await engine.close()
            // As a version of this package has left it that went by the system's clock.
            try folder.change("UPDATE idempotency SET time = time + 172800000 WHERE number = 1")
            folder.advance(by: .seconds(1))
            let second = try await folder.open(configuration: self.configuration)
            folder.advance(by: .seconds(61))
            #expect(try await !second.append("1", to: "a", key: "1").isDuplicate)
            #expect(try await !second.append("2", to: "a", key: "2").isDuplicate)
            await second.close()
        }
    }
}
#endif
