#if NATS
import SSEBroker
import SSETestSupport
import Testing

@testable import SSENATS

/// Who gets in, and who waits no longer.
@Suite(.timeLimit(.minutes(3)))
struct PermitsTests {
    @available(SwiftSSE 1.0, *)
    private func code(_ permits: Permits, until deadline: ContinuousClock.Instant) async -> BrokerError.Code? {
        do throws(BrokerError) {
            try await permits.acquire(until: deadline)
            return nil
        } catch {
            return error.code
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `So many get in, and the others in their order`() async throws {
        let permits = Permits(2, maximumWaiting: 10)
        let far = ContinuousClock.now + .seconds(600)
        try await permits.acquire(until: far)
        try await permits.acquire(until: far)
        let entered = Log<Int>()
        await withTaskGroup { group in
            for number in 1...5 {
                group.addTask {
                    _ = await self.code(permits, until: far)
                    entered.append(number)
                }
                try? await waitUntil { permits.waiterCount == number }
            }
            for number in 1...5 {
                permits.release()
                #expect(await entered.next() == number)
            }
        }
        permits.release()
        permits.release()
        try await permits.acquire(until: far)
        #expect(permits.waiterCount == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who waits is told when its time is over, and only so many wait`() async throws {
        let permits = Permits(1, maximumWaiting: 3)
        let now = ContinuousClock.now
        try await permits.acquire(until: now)
        await withTaskGroup { group in
            for seconds in [600, 700, 800] {
                group.addTask {
                    #expect(
                        await self.code(permits, until: now + .seconds(seconds))
                            == (seconds < 800 ? .engineUnavailable : nil)
                    )
                }
            }
            try? await waitUntil { permits.waiterCount == 3 }
            #expect(await self.code(permits, until: now + .seconds(600)) == .engineUnavailable)
            #expect(permits.expire(at: now + .seconds(599)))
            #expect(permits.waiterCount == 3)
            #expect(permits.expire(at: now + .seconds(600)))
            #expect(permits.waiterCount == 2)
            #expect(permits.expire(at: now + .seconds(700)))
            permits.release()
        }
        #expect(!permits.expire(at: now + .seconds(900)))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Time goes on by itself`() async throws {
        let permits = Permits(1, maximumWaiting: 3)
        try await permits.acquire(until: .now)
        #expect(await self.code(permits, until: .now + .milliseconds(10)) == .engineUnavailable)
        #expect(await self.code(permits, until: .now - .seconds(1)) == .engineUnavailable)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who is cancelled waits no longer, and takes no permit`() async throws {
        let permits = Permits(1, maximumWaiting: 1000)
        let far = ContinuousClock.now + .seconds(600)
        try await permits.acquire(until: far)
        await withTaskGroup { group in
            for _ in 0..<500 { group.addTask { #expect(await self.code(permits, until: far) == .engineFailed) } }
            try? await waitUntil { permits.waiterCount == 500 }
            group.cancelAll()
        }
        #expect(permits.waiterCount == 0)
        permits.release()
        try await permits.acquire(until: far)
    }
}
#endif
