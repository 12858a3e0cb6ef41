internal import NIOCore
internal import NIOEmbedded
internal import SSEBroker
internal import SSETestSupport
internal import Testing

@testable internal import SSEServer

/// The end of a fan-out, while there are clients that have a place and no stream yet.
@Suite(.timeLimit(.minutes(5)))
struct PlaceTests {
    @Test("The end waits for clients whose stream has still to begin")
    @available(SwiftSSE 1.0, *)
    func drain() async throws {
        let fanOut = FanOut(Broker())
        let log = Log<String>()
        var admission: Admission? = try fanOut.admit(.all, from: .latest) { log.append("given back") }
        #expect(admission?.outcome == .live)
        await withTaskGroup { group in
            group.addTask {
                await fanOut.drain(over: .zero, timeout: .seconds(300))
                log.append("drained")
            }
            while !fanOut.isDraining.isSet { await Task.yield() }
            // Time enough for an end that waits for nobody.
            for _ in 0..<1000 { await Task.yield() }
            admission = nil
            await group.waitForAll()
        }
        #expect(log.entries == ["given back", "drained"])
    }

    @Test("A place that nobody uses and nobody gives back holds up the end no longer than it may take")
    @available(SwiftSSE 1.0, *)
    func timeout() async throws {
        let fanOut = FanOut(Broker())
        let admission = try fanOut.admit(.all, from: .latest)
        await fanOut.drain(over: .zero, timeout: .milliseconds(1))
        #expect(fanOut.broker.subscriptionCount == 1)
        withExtendedLifetime(admission) {}
    }

    @Test("A place is given back once, whether or not a stream has begun")
    @available(SwiftSSE 1.0, *)
    func count() throws {
        let subscribers = EmbeddedSubscribers()
        let isNone = subscribers.eventLoop.makePromise(of: Bool.self)
        let log = Log<Bool>()
        isNone.futureResult.whenSuccess { log.append($0) }
        let (channel, _) = try subscribers.subscribe()
        var admission: Admission? = try subscribers.fanOut.admit(.all, from: .latest)
        subscribers.fanOut.places.notify(isNone)
        #expect(admission?.outcome == .live)
        admission = nil
        #expect(log.entries.isEmpty)
        _ = try channel.finish()
        #expect(log.entries == [true])
    }
}
