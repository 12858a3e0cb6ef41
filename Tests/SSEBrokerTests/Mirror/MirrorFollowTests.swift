import SSETestSupport
import Testing

@testable import SSEBroker

/// How a broker's copy of an engine's log keeps up with it, and what becomes of it when the engine fails or its log is
/// replaced.
@Suite(.timeLimit(.minutes(3)))
struct MirrorFollowTests {
    private static let failure = BrokerError(code: .engineFailed, message: "The connection was lost.")

    // MARK: Another log

    @available(SwiftSSE 1.0, *)
    @Test func `Another log takes the place of the one before within a second`() async throws {
        try await withBroker(events: 10) { running in
            try await running.broker.withSubscription(to: "a", from: .latest) { items in
                async let data = items.data(count: 5)
                try await waitUntil { running.broker.store.waiterCount == 1 }
                running.engine.replaceLog(by: MemoryEngine())
                try await running.append(1...3)
                try await running.lookAtBounds()
                try await running.engine.wait(for: .follow, count: 2)
                let receipt = try await running.broker.publish(ServerSentEvent(data: "4"), to: "a")
                let epoch = try running.engine.log.bounds().epoch
                #expect(receipt.position == EventPosition(epoch: epoch, sequence: 4))
                #expect(try await data == ["gap foreignEpoch", "1", "2", "3", "4"])
                #expect(running.broker.bounds.epoch == receipt.position.epoch)
            }
            // Who comes now gets what comes now.
            try await running.broker.withSubscription(to: "a", from: .latest) { items in
                try await running.append(5...5)
                #expect(try await items.data(count: 1) == ["5"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Whoever is to end when something is missing ends with the log`() async throws {
        try await withBroker(events: 10, configure: { $0.overrunPolicy = .end }) { running in
            let error = try await running.broker.withSubscription(to: "a", from: .latest) { items in
                async let failure = thrownError { _ = try await items.data(count: 1) }
                try await waitUntil { running.broker.store.waiterCount == 1 }
                running.engine.replaceLog(by: MemoryEngine())
                try await running.lookAtBounds()
                return await failure
            }
            #expect((error as? BrokerError)?.code == .eventsMissed)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What has left the engine's log leaves the copy`() async throws {
        try await withBroker(events: 20, copied: 100, kept: 20) { running in
            try await running.append(21...30)
            try await running.waitForCopy()
            #expect(running.broker.bounds.first == 1)
            try await running.lookAtBounds()
            try await waitUntil { running.broker.bounds.first == 11 }
            #expect(try await running.data(from: .earliest, count: 20) == (11...30).map { "\($0)" })
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What leaves the engine's log before it is copied is a gap`() async throws {
        try await withBroker(events: 10, kept: 20) { running in
            try await running.broker.withSubscription(to: "a", from: .latest) { items in
                async let data = items.data(count: 21)
                try await waitUntil { running.broker.store.waiterCount == 1 }
                // The batch that is under way is lost with the connection.
                running.engine.gate(.follow).close()
                try await running.append(11...11)
                try await running.engine.gate(.follow).waitForWaiters(1)
                try await running.append(12...50)
                try await running.engine.interruptFollowing(Self.failure)
                try await running.clock.waitForSleepers(1, within: Backoff.shortest)
                running.engine.gate(.follow).open()
                running.clock.advance(by: Backoff.shortest)
                try await running.waitForCopy()
                #expect(try await data == ["gap overrun"] + (31...50).map { "\($0)" })
            }
        }
    }

    // MARK: Failures

    @available(SwiftSSE 1.0, *)
    @Test func `An engine that stops delivering is followed anew, and nothing is missed or doubled`() async throws {
        try await withBroker(events: 10) { running in
            try await running.broker.withSubscription(to: "a", from: .after(id: running.id(8))) { items in
                async let data = items.data(count: 7)
                running.engine.fail(.follow, with: Self.failure)
                try await running.engine.interruptFollowing(Self.failure)
                try await waitUntil { await running.broker.health() != .healthy }
                #expect(
                    await running.broker.health()
                        == .unavailable("Events do not come from the engine: The connection was lost.")
                )
                try await running.append(11...15)
                // Each time it waits for twice as long.
                var time = Duration.zero
                for (count, delay) in [250, 500, 1000].enumerated() {
                    time += .milliseconds(delay)
                    try await running.clock.waitForSleeper(until: time)
                    #expect(running.engine.count(of: .follow) == 1 + count)
                    if delay == 1000 { running.engine.fail(.follow, with: nil) }
                    running.clock.advance(by: .milliseconds(delay))
                    try await running.engine.wait(for: .follow, count: 2 + count)
                }
                #expect(try await data == (9...15).map { "\($0)" })
                try await running.passSeconds(1)
                #expect(await running.broker.health() == .healthy)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An engine that cannot say what it has is said to be so`() async throws {
        try await withBroker(events: 10) { running in
            running.engine.fail(.bounds, with: BrokerError(code: .engineUnavailable, message: "There is no leader."))
            try await running.lookAtBounds()
            try await waitUntil { await running.broker.health() != .healthy }
            #expect(await running.broker.health() == .degraded("The engine does not answer: There is no leader."))
            // What it is not needed for goes on.
            try await running.append(11...11)
            #expect(try await running.data(from: .after(id: running.id(10)), count: 1) == ["11"])
            running.engine.fail(.bounds, with: nil)
            try await running.lookAtBounds()
            try await waitUntil { await running.broker.health() == .healthy }
            running.engine.setHealth(.unavailable("It is being moved."))
            #expect(await running.broker.health() == .unavailable("It is being moved."))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An engine that has more and delivers nothing is followed anew after three seconds`() async throws {
        try await withBroker(events: 10) { running in
            // What is delivered never arrives, and nobody is told of a failure.
            running.engine.fail(.read, with: Self.failure)
            running.engine.gate(.follow).close()
            try await running.append(11...15)
            try await running.engine.gate(.follow).waitForWaiters(1)
            // The first look finds it behind; three seconds later it has been for too long.
            for _ in 1...3 { try await running.lookAtBounds() }
            try await running.clock.waitForSleepers(2, within: .seconds(1))
            #expect(running.engine.count(of: .follow) == 1)
            #expect(await running.broker.health() == .healthy)
            try await running.lookAtBounds()
            try await running.clock.waitForSleeper(until: .milliseconds(4250))
            let health = EngineHealth.degraded("The engine's log ends at 15, and nothing behind 10 comes from it.")
            #expect(await running.broker.health() == health)
            // The next try has three seconds as well, and is not better.
            running.clock.advance(by: .milliseconds(250))
            try await running.engine.wait(for: .follow, count: 2)
            for _ in 1...3 {
                #expect(running.engine.count(of: .follow) == 2)
                #expect(await running.broker.health() == health)
                try await running.lookAtBounds()
            }
            try await running.clock.waitForSleeper(until: .milliseconds(7750))
            running.clock.advance(by: .milliseconds(500))
            try await running.engine.wait(for: .follow, count: 3)
            running.engine.fail(.read, with: nil)
            running.engine.gate(.follow).open()
            try await running.waitForCopy()
            #expect(await running.broker.health() == .healthy)
            #expect(try await running.data(from: .after(id: running.id(10)), count: 5) == (11...15).map { "\($0)" })
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What an engine has and does not deliver is read`() async throws {
        try await withBroker(events: 10) { running in
            running.engine.gate(.follow).close()
            try await running.append(11...15)
            try await running.engine.gate(.follow).waitForWaiters(1)
            for _ in 1...4 { try await running.lookAtBounds() }
            try await running.waitForCopy()
            #expect(await running.broker.health() == .healthy)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An engine that delivers slowly is left alone`() async throws {
        try await withBroker(events: 10) { running in
            running.engine.gate(.follow).close()
            try await running.append(11...11)
            try await running.engine.gate(.follow).waitForWaiters(1)
            for number in 12...15 {
                try await running.append(number...number)
                for _ in 1...2 { try await running.lookAtBounds() }
                running.engine.gate(.follow).letOnePass()
                try await waitUntil { running.broker.bounds.last >= UInt64(number - 1) }
                try await running.engine.gate(.follow).waitForWaiters(1)
            }
            #expect(await running.broker.health() == .healthy)
            #expect(running.engine.count(of: .follow) == 1)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A failure that does not pass ends the broker`() async throws {
        let engine = SteeredEngine()
        let broker = try await Broker(engine: engine)
        engine.fail(.follow, with: BrokerError(code: .closed, message: "The engine is closed."))
        let error = await #expect(throws: BrokerError.self) { try await broker.run() }
        #expect(error?.code == .closed)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What an engine cannot take is told by its code`() async throws {
        try await withBroker { running in
            for code in [BrokerError.Code.engineUnavailable, .storageFull] {
                running.engine.fail(.append, with: BrokerError(code: code, message: "No."))
                let error = await #expect(throws: BrokerError.self) {
                    try await running.broker.publish(ServerSentEvent(data: "x"), to: "a")
                }
                #expect(error?.code == code)
            }
        }
    }

    // MARK: What is delivered

    @available(SwiftSSE 1.0, *)
    private static func records(_ sequences: [UInt64], epoch: UInt64 = 1) throws -> [LogRecord] {
        try sequences.map { sequence in
            try LogRecord(
                position: EventPosition(epoch: epoch, sequence: sequence),
                topics: ["a"],
                event: ServerSentEvent(data: "\(sequence)")
            )
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What comes twice does no harm, and what does not follow is refused`() throws {
        let store = LogStore(
            log: EventLog(epoch: 1, retention: Retention()),
            window: IdempotencyWindow(span: .zero, limit: 1),
            time: TimeSource(ManualClock())
        )
        try store.append(contentsOf: Self.records([1, 2, 3]))
        try store.append(contentsOf: Self.records([2, 3, 4, 4, 5]))
        #expect(store.read(after: 0, .all, limit: 10).records.map(\.position.sequence) == [1, 2, 3, 4, 5])
        let wrong = [try Self.records([6, 8]), try Self.records([7], epoch: 2), try Self.records([8])]
        for records in wrong {
            let error = #expect(throws: BrokerError.self) { try store.append(contentsOf: records) }
            #expect(error?.code == .engineFailed)
        }
        // What did follow is there.
        #expect(store.bounds == LogBounds(epoch: 1, first: 1, last: 6))
        store.skip(to: 5)
        #expect(store.bounds.first == 1)
        store.skip(to: 9)
        #expect(store.bounds == LogBounds(epoch: 1, first: 9, last: 8))
        #expect(store.size == LogSize(events: 0, bytes: 0, oldestAge: .zero))
        store.restart(epoch: 2, last: 4)
        #expect(store.bounds == LogBounds(epoch: 2, first: 5, last: 4))
        try store.append(contentsOf: Self.records([5], epoch: 2))
        store.removeEvents(before: 9)
        #expect(store.bounds == LogBounds(epoch: 2, first: 6, last: 5))
    }
}
