import Logging
import NIOHTTP1
import SSEBroker
import SSETestSupport
import Testing

@testable import SSEHub

/// Sets of keys that are loaded, and those that do not come.
@Suite(.timeLimit(.minutes(3)))
struct LoadedKeysTests {
    private struct Failure: Error {}

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Has a verifier load its keys for the time of a closure.
    @available(SwiftSSE 1.0, *)
    private func withVerifier(
        _ keys: TokenKeys,
        replacing former: [TokenVerifier] = [],
        _ clock: ManualClock = ManualClock(),
        _ body: (TokenVerifier) async throws -> Void
    ) async throws {
        let verifier = TokenVerifier(keys, replacing: former, time: TimeSource(clock), Self.logger)
        try await withThrowingTaskGroup { group in
            group.addTask { await verifier.run() }
            defer { group.cancelAll() }
            try await body(verifier)
        }
    }

    @available(SwiftSSE 1.0, *)
    private func status(of token: String, _ verifier: TokenVerifier) async -> HTTPResponseStatus {
        do throws(HubRefusal) {
            _ = try await verifier.verify(token)
            return .ok
        } catch {
            return error.status
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A set is loaded when it is needed, and not again for each key that nobody knows`() async throws {
        let pair = try await KeyPair.make(.edDSA)
        let set = try pair.keySet(id: "1")
        let loads = Log<Void>()
        let clock = ManualClock()
        let keys = TokenKeys.keySet {
            loads.append(())
            return set
        }
        try await self.withVerifier(keys, clock) { verifier in
            let token = try await pair.token()
            #expect(try await verifier.verify(token).allowsPublishing(to: ["a"]))
            let unknown = try await pair.token(header: #"{"alg":"EdDSA","kid":"2"}"#)
            for _ in 0..<10 { #expect(await self.status(of: unknown, verifier) == .unauthorized) }
            #expect(loads.entries.count == 1)
            clock.advance(by: KeyRing.minimumInterval)
            for _ in 0..<10 { #expect(await self.status(of: unknown, verifier) == .unauthorized) }
            #expect(loads.entries.count == 2)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A key that the issuer has just begun to use is good at once`() async throws {
        let pair = try await KeyPair.make(.edDSA)
        let sets = Log<String>()
        let clock = ManualClock()
        sets.append(try pair.keySet(id: "1"))
        try await self.withVerifier(.keySet { sets.entries.last ?? "" }, clock) { verifier in
            #expect(await self.status(of: try await pair.token(), verifier) == .ok)
            sets.append(try pair.keySet(id: "2"))
            clock.advance(by: KeyRing.minimumInterval)
            let token = try await pair.token(header: #"{"alg":"EdDSA","kid":"2"}"#)
            #expect(await self.status(of: token, verifier) == .ok)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A set of the same name is good until the new one is there`() async throws {
        let pair = try await KeyPair.make(.edDSA)
        let set = try pair.keySet()
        let token = try await pair.token()
        try await self.withVerifier(.keySet(named: "a") { set }) { first in
            #expect(await self.status(of: token, first) == .ok)
            try await self.withVerifier(.keySet(named: "a") { throw Failure() }, replacing: [first]) { second in
                #expect(await self.status(of: token, second) == .ok)
                try await self.withVerifier(.keySet(named: "a") { throw Failure() }, replacing: [second]) { third in
                    #expect(await self.status(of: token, third) == .ok)
                    try await self.withVerifier(.keySet(named: "b") { throw Failure() }, replacing: [third]) { other in
                        #expect(await self.status(of: token, other) == .serviceUnavailable)
                    }
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `While a set cannot be loaded the hub says that it is not its client's fault`() async throws {
        try await self.withVerifier(.keySet { throw Failure() }) { verifier in
            let token = try await KeyPair.make(.edDSA).token()
            let refusal = await #expect(throws: HubRefusal.self) { try await verifier.verify(token) }
            #expect(refusal?.status == .serviceUnavailable)
            #expect(refusal?.headers.first(name: "Retry-After") == "5")
        }
    }

    // MARK: Sets that do not come

    @available(SwiftSSE 1.0, *)
    @Test func `A load that takes too long is cancelled, and who waits for keys is told`() async throws {
        let clock = ManualClock()
        let loads = Log<String>()
        let keys = TokenKeys.keySet {
            loads.append("begun")
            await waitForCancellation()
            loads.append("cancelled")
            throw CancellationError()
        }
        try await self.withVerifier(keys, clock) { verifier in
            let token = try await KeyPair.make(.edDSA).token()
            #expect(await loads.next() == "begun")
            async let status = self.status(of: token, verifier)
            try await waitUntil { verifier.waiterCount == 1 }
            clock.advance(by: KeyRing.loadTimeout)
            #expect(await status == .serviceUnavailable)
            #expect(await loads.next() == "cancelled")
            // For a while nobody waits.
            #expect(await self.status(of: token, verifier) == .serviceUnavailable)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Keys that are known are good while others do not come, and others are not waited for long`()
        async throws
    {
        let pair = try await KeyPair.make(.edDSA)
        let set = try pair.keySet(id: "1")
        let clock = ManualClock()
        let loads = Log<Void>()
        let keys = TokenKeys.keySet {
            loads.append(())
            if loads.entries.count > 1 { await waitForCancellation() }
            return set
        }
        try await self.withVerifier(keys, clock) { verifier in
            let known = try await pair.token()
            #expect(await self.status(of: known, verifier) == .ok)
            clock.advance(by: KeyRing.minimumInterval)
            let unknown = try await pair.token(header: #"{"alg":"EdDSA","kid":"2"}"#)
            async let status = self.status(of: unknown, verifier)
            try await waitUntil { verifier.waiterCount == 1 && loads.entries.count == 2 }
            let other = try await pair.token(payload: #"{"mercure":{"publish":["b"]}}"#)
            #expect(await self.status(of: other, verifier) == .ok)
            clock.advance(by: KeyRing.patience)
            #expect(await status == .unauthorized)
            #expect(verifier.waiterCount == 0)
            clock.advance(by: KeyRing.loadTimeout - KeyRing.patience)
            // An issuer that did not answer the last time is asked, and not waited for.
            try await waitUntil { await self.status(of: unknown, verifier) == .unauthorized }
            clock.advance(by: KeyRing.minimumInterval)
            #expect(await self.status(of: unknown, verifier) == .unauthorized)
            try await loads.wait(forCount: 3)
            #expect(await self.status(of: unknown, verifier) == .unauthorized)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who waits for keys waits no longer than its task, and only so many wait`() async throws {
        let verifier = TokenVerifier(
            .keySet { "" },
            time: TimeSource(ManualClock()),
            Self.logger
        )
        let token = try await KeyPair.make(.edDSA).token()
        // Nobody loads.
        await withTaskGroup { group in
            for _ in 0..<KeyRing.maximumWaiters { group.addTask { _ = await self.status(of: token, verifier) } }
            try? await waitUntil { verifier.waiterCount == KeyRing.maximumWaiters }
            #expect(await self.status(of: token, verifier) == .serviceUnavailable)
            group.cancelAll()
        }
        #expect(verifier.waiterCount == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who waits for keys that are replaced waits no longer`() async throws {
        let keys = TokenKeys.keySet {
            await waitForCancellation()
            throw CancellationError()
        }
        try await self.withVerifier(keys) { verifier in
            let token = try await KeyPair.make(.edDSA).token()
            async let status = self.status(of: token, verifier)
            try await waitUntil { verifier.waiterCount == 1 }
            verifier.retire()
            #expect(await status == .serviceUnavailable)
        }
    }
}
