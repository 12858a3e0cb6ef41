import MetricsTestKit
import SSETestSupport
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import SSEBroker

struct BrokerTests {
    // MARK: Publishing

    @available(SwiftSSE 1.0, *)
    @Test func `Publishing returns the id of an event that is in the log`() async throws {
        let broker = Broker()
        let first = try await broker.publish(ServerSentEvent(data: "one"), to: "t")
        let second = try await broker.publish(ServerSentEvent(data: "two", id: "mine"), to: "t")
        #expect(first.id == first.position.wireID && first.position.sequence == 1)
        #expect(second.id == "mine" && second.position.sequence == 2)
        #expect(broker.bounds.last == 2)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What is over a limit is refused, and nothing is added`() async throws {
        var configuration = BrokerConfiguration.defaults
        configuration.limits.eventBytes = 10
        configuration.limits.topicsPerEvent = 2
        configuration.limits.idBytes = 5
        let metrics = TestMetrics()
        let broker = Broker(configuration: configuration, metrics: metrics)
        let refusals: [(Publication, BrokerError.Code)] = [
            (Publication(ServerSentEvent(data: "x"), topics: []), .noTopics),
            (Publication(ServerSentEvent(data: "x"), topics: ["a", "b", "c"]), .tooManyTopics),
            (Publication(ServerSentEvent(data: "12345678901"), topics: ["a"]), .eventTooLarge),
            (Publication(ServerSentEvent(data: "x", id: "#1"), topics: ["a"]), .invalidID),
            (Publication(ServerSentEvent(data: "x", id: "earliest"), topics: ["a"]), .invalidID),
            (Publication(ServerSentEvent(data: "x", id: ""), topics: ["a"]), .invalidID),
            (Publication(ServerSentEvent(data: "x", id: "123456"), topics: ["a"]), .invalidID),
            (Publication(ServerSentEvent(data: "x", id: "a\u{1}"), topics: ["a"]), .invalidID),
            (Publication(ServerSentEvent(data: "x"), topics: ["a"], idempotencyKey: "123456"), .invalidID),
        ]
        for (publication, code) in refusals {
            let error = await #expect(throws: BrokerError.self) { try await broker.publish(publication) }
            #expect(error?.code == code, "\(publication)")
        }
        #expect(broker.bounds.last == 0)
        let accepted = Publication(
            ServerSentEvent(data: "1234567890", id: "12345"),
            topics: ["a", "b"],
            idempotencyKey: "12345"
        )
        #expect(try await broker.publish(accepted).position.sequence == 1)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A key is forgotten when its window has passed`() async throws {
        let clock = ManualClock()
        let broker = Broker(clock: clock)
        let first = try await broker.publish(ServerSentEvent(data: "1"), to: "t", idempotencyKey: "k")
        clock.advance(by: .seconds(120))
        let second = try await broker.publish(ServerSentEvent(data: "1"), to: "t", idempotencyKey: "k")
        #expect(second.isDuplicate && second.position == first.position)
        clock.advance(by: .seconds(1))
        let third = try await broker.publish(ServerSentEvent(data: "1"), to: "t", idempotencyKey: "k")
        #expect(!third.isDuplicate && third.position.sequence == 2)
    }

    // MARK: Subscribing

    @available(SwiftSSE 1.0, *)
    @Test func `A subscriber gets what it selects, from where it asks for`() async throws {
        let broker = Broker()
        var ids: [String] = []
        for (index, topic) in (["a", "b", "a", "c", "a"] as [Topic]).enumerated() {
            ids.append(try await broker.publish(ServerSentEvent(data: "\(index)"), to: topic).id)
        }
        let all = try await broker.withSubscription(to: "a", from: .earliest) { items in
            #expect(items.outcome == .earliest)
            return try await items.data(count: 3)
        }
        #expect(all == ["0", "2", "4"])
        let rest = try await broker.withSubscription(to: "a", from: .after(id: ids[1])) { items in
            #expect(items.outcome == .resumed)
            return try await items.data(count: 2)
        }
        #expect(rest == ["2", "4"])
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A subscriber waits for what comes`() async throws {
        let broker = Broker()
        try await broker.withSubscription(to: TopicSelection([.exact("a"), try TopicSelector("x/{y}")])) { items in
            #expect(items.outcome == .live)
            async let data = items.data(count: 2)
            try await waitUntil { broker.store.waiterCount == 1 }
            // Neither of them wakes it.
            for _ in 1...3 { try await broker.publish(ServerSentEvent(data: "no"), to: "b") }
            try await broker.publish(ServerSentEvent(data: "1"), to: "x/1")
            try await broker.publish(ServerSentEvent(data: "2"), to: "c", "a")
            #expect(try await data == ["1", "2"])
        }
        #expect(broker.subscriptionCount == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A subscriber for whom nothing came while much left the log has missed nothing`() async throws {
        var configuration = BrokerConfiguration.defaults
        configuration.retention.events = 3
        let broker = Broker(configuration: configuration)
        try await broker.withSubscription(to: "a") { items in
            async let data = items.data(count: 1)
            try await waitUntil { broker.store.waiterCount == 1 }
            for _ in 1...10 { try await broker.publish(ServerSentEvent(data: "no"), to: "b") }
            try await broker.publish(ServerSentEvent(data: "yes"), to: "a")
            #expect(try await data == ["yes"])
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A subscriber slower than events leave the log is told`() async throws {
        var configuration = BrokerConfiguration.defaults
        configuration.retention.events = 3
        let broker = Broker(configuration: configuration)
        try await broker.withSubscription(to: "a") { items in
            for number in 1...10 { try await broker.publish(ServerSentEvent(data: "\(number)"), to: "a") }
            #expect(try await items.data(count: 4) == ["gap overrun", "8", "9", "10"])
        }
        configuration.overrunPolicy = .end
        let strict = Broker(configuration: configuration)
        let error = await #expect(throws: BrokerError.self) {
            try await strict.withSubscription(to: "a") { items in
                for number in 1...10 { try await strict.publish(ServerSentEvent(data: "\(number)"), to: "a") }
                _ = try await items.data(count: 1)
            }
        }
        #expect(error?.code == .eventsMissed)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A gap at the beginning is the first item`() async throws {
        var configuration = BrokerConfiguration.defaults
        configuration.resumePolicy = .replayAll
        let broker = Broker(configuration: configuration)
        try await broker.publish(ServerSentEvent(data: "kept"), to: "a")
        let items = try await broker.withSubscription(to: "a", from: .after(id: "#0-1")) { items in
            #expect(items.outcome == .gap(.foreignEpoch))
            return try await items.data(count: 2)
        }
        #expect(items == ["gap foreignEpoch", "kept"])
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What is over a limit is not subscribed`() async throws {
        var configuration = BrokerConfiguration.defaults
        configuration.limits.subscriptions = 1
        configuration.limits.topicsPerSubscription = 2
        configuration.resumePolicy = .refuse
        let metrics = TestMetrics()
        let broker = Broker(configuration: configuration, metrics: metrics)
        let refusals: [(TopicSelection, ResumePoint, BrokerError.Code)] = [
            (TopicSelection([]), .latest, .noTopics),
            (TopicSelection("a", "b", "c"), .latest, .tooManyTopics),
            ("a", .after(id: "unknown"), .resumeRefused),
        ]
        for (selection, point, code) in refusals {
            let error = await #expect(throws: BrokerError.self) {
                try await broker.withSubscription(to: selection, from: point) { _ in }
            }
            #expect(error?.code == code)
        }
        try #expect(metrics.expectCounter("sse_broker_gaps_total", [("reason", "unknown")]).totalValue == 1)
        try await broker.withSubscription(to: TopicSelection("a", "b")) { _ in
            let error = await #expect(throws: BrokerError.self) {
                try await broker.withSubscription(to: "a") { _ in }
            }
            #expect(error?.code == .tooManySubscriptions)
        }
        try await broker.withSubscription(to: "a") { _ in }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A cancelled subscriber ends at once`() async throws {
        let broker = Broker()
        let task = Task {
            try await broker.withSubscription(to: "a") { items in
                for try await _ in items {}
            }
        }
        try await waitUntil { broker.store.waiterCount == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(broker.store.waiterCount == 0 && broker.subscriptionCount == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An iterator that left its closure gives nothing`() async throws {
        let broker = Broker()
        try await broker.publish(ServerSentEvent(data: "x"), to: "a")
        var iterator = try await broker.withSubscription(to: "a", from: .earliest) { $0.makeAsyncIterator() }
        #expect(try await iterator.next() == nil)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What the log holds is told once a second`() async throws {
        let clock = ManualClock()
        let metrics = TestMetrics()
        let broker = Broker(clock: clock, metrics: metrics)
        try await broker.publish(ServerSentEvent(data: "x"), to: "a")
        clock.advance(by: .seconds(3))
        try await broker.publish(ServerSentEvent(data: "y"), to: "a")
        try await withThrowingTaskGroup { group in
            group.addTask { try await broker.run() }
            defer { group.cancelAll() }
            try await clock.waitForSleepers(1)
            try #expect(metrics.expectGauge("sse_broker_log_events").lastValue == 2)
            let bytes = try #require(try metrics.expectGauge("sse_broker_log_bytes").lastValue)
            #expect(bytes == Double(broker.store.size.bytes) && bytes > 40)
            try #expect(metrics.expectGauge("sse_broker_log_oldest_age_seconds").lastValue == 3)
            clock.advance(by: .seconds(1))
            try await waitUntil { try metrics.expectGauge("sse_broker_log_oldest_age_seconds").lastValue == 4 }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What happens is counted`() async throws {
        let metrics = TestMetrics()
        let broker = Broker(metrics: metrics)
        try await broker.publish(ServerSentEvent(data: "x"), to: "a", idempotencyKey: "k")
        try await broker.publish(ServerSentEvent(data: "x"), to: "a", idempotencyKey: "k")
        await #expect(throws: BrokerError.self) {
            try await broker.publish(ServerSentEvent(data: "x", id: "#"), to: "a")
        }
        try await broker.withSubscription(to: "a", from: .after(id: "#0-1")) { _ in
            try #expect(metrics.expectGauge("sse_broker_subscriptions").lastValue == 1)
        }
        try #expect(metrics.expectCounter("sse_broker_events_published_total").totalValue == 1)
        try #expect(metrics.expectCounter("sse_broker_publish_duplicates_total").totalValue == 1)
        let refusals = [("reason", "invalidID"), ("reason", "eventTooLarge")].map { [$0] }
        try #expect(metrics.expectCounter("sse_broker_publish_refused_total", refusals[0]).totalValue == 1)
        try #expect(metrics.expectCounter("sse_broker_publish_refused_total", refusals[1]).totalValue == 0)
        try #expect(metrics.expectCounter("sse_broker_gaps_total", [("reason", "foreignEpoch")]).totalValue == 1)
        try #expect(metrics.expectCounter("sse_broker_gaps_total", [("reason", "unknown")]).totalValue == 0)
        try #expect(metrics.expectGauge("sse_broker_subscriptions").lastValue == 0)
    }

    // MARK: Concurrency

    /// Subscribers that come and go while four tasks publish: each gets every event once, in order.
    @available(SwiftSSE 1.0, *)
    @Test(arguments: [false, true]) func `Nothing is lost or doubled at the seam`(isRemote: Bool) async throws {
        let broker = isRemote ? try await Broker(engine: RemoteEngine()) : Broker()
        try await withThrowingTaskGroup { group in
            group.addTask { try await broker.run() }
            for publisher in 0..<4 {
                group.addTask {
                    for number in 0..<500 {
                        try await broker.publish(ServerSentEvent(data: "\(publisher) \(number)"), to: "t")
                        if number.isMultiple(of: 10) { await Task.yield() }
                    }
                }
            }
            try await withThrowingTaskGroup { subscribers in
                for share in 1...20 {
                    subscribers.addTask {
                        var data: [String] = []
                        var point = ResumePoint.earliest
                        // Leaves and comes back again and again.
                        while data.count < 2000 {
                            point = try await broker.withSubscription(to: "t", from: point) { items in
                                var last = point
                                for try await item in items {
                                    guard case .event(let record) = item else {
                                        throw BrokerError(code: .eventsMissed, message: "gap")
                                    }
                                    data.append(record.event.data)
                                    last = .after(id: record.id)
                                    if data.count.isMultiple(of: share * 7) || data.count == 2000 { break }
                                }
                                return last
                            }
                        }
                        return data
                    }
                }
                var order: [String]?
                for try await data in subscribers {
                    #expect(Set(data).count == 2000)
                    #expect(order == nil || order == data)
                    order = data
                }
            }
            group.cancelAll()
        }
    }

    // MARK: Life

    @available(SwiftSSE 1.0, *)
    @Test func `Events age while nothing is published`() async throws {
        let clock = ManualClock()
        var configuration = BrokerConfiguration.defaults
        configuration.retention.age = .seconds(5)
        let broker = Broker(configuration: configuration, clock: clock)
        try await broker.publish(ServerSentEvent(data: "x"), to: "a")
        try await withThrowingTaskGroup { group in
            group.addTask { try await broker.run() }
            for _ in 1...6 {
                try await clock.waitForSleepers(1)
                clock.advance(by: .seconds(1))
            }
            try await clock.waitForSleepers(1)
            #expect(broker.bounds == LogBounds(epoch: broker.bounds.epoch, first: 2, last: 1))
            group.cancelAll()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A graceful shutdown lets subscribers read to the end`() async throws {
        let broker = Broker()
        for number in 1...200 { try await broker.publish(ServerSentEvent(data: "\(number)"), to: "a") }
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup { group in
                group.addTask { try await broker.run() }
                try await broker.withSubscription(to: "a", from: .earliest) { items in
                    var iterator = items.makeAsyncIterator()
                    _ = try await iterator.next()
                    trigger.triggerGracefulShutdown()
                    try await waitUntil { broker.store.isClosed }
                    let error = await #expect(throws: BrokerError.self) {
                        try await broker.publish(ServerSentEvent(data: "late"), to: "a")
                    }
                    #expect(error?.code == .closed)
                    var count = 1
                    while try await iterator.next() != nil { count += 1 }
                    #expect(count == 200)
                }
                try await group.waitForAll()
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A subscriber that does not read does not hold up the shutdown`() async throws {
        let clock = ManualClock()
        let broker = Broker(clock: clock)
        for number in 1...200 { try await broker.publish(ServerSentEvent(data: "\(number)"), to: "a") }
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup { group in
                group.addTask { try await broker.run() }
                try await broker.withSubscription(to: "a", from: .earliest) { items in
                    var iterator = items.makeAsyncIterator()
                    _ = try await iterator.next()
                    try await clock.waitForSleepers(1)
                    trigger.triggerGracefulShutdown()
                    try await clock.waitForSleeper(until: .seconds(5))
                    clock.advance(by: .seconds(5))
                    try await group.waitForAll()
                    #expect(try await iterator.next() == nil)
                }
            }
        }
    }
}

/// The position that a subscription in the process has.
@Suite(.timeLimit(.minutes(3)))
struct SubscriptionPositionTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: [false, true]) func `A subscriber of a quiet topic resumes without a gap`(isRemote: Bool)
        async throws
    {
        var configuration = BrokerConfiguration.defaults
        configuration.retention.events = 50
        let broker =
            isRemote
            ? try await Broker(engine: RemoteEngine(), configuration: configuration)
            : Broker(configuration: configuration)
        try await withThrowingTaskGroup { group in
            group.addTask { try await broker.run() }
            try await checkQuietTopic(broker)
            group.cancelAll()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The position of one that has begun is where it began, and a gap moves it`() async throws {
        var configuration = BrokerConfiguration.defaults
        configuration.retention.events = 3
        let broker = Broker(configuration: configuration)
        try await broker.withSubscription(to: "a") { items in
            #expect(items.position.sequence == 0)
            for number in 1...10 { try await broker.publish(ServerSentEvent(data: "\(number)"), to: "a") }
            #expect(items.position.sequence == 0)
            #expect(try await items.data(count: 1) == ["gap overrun"])
            #expect(items.position.sequence == 7)
        }
    }
}
