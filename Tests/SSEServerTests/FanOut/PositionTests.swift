internal import NIOCore
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEBroker
@testable internal import SSEServer

/// The position that clients are told beside events, on an event loop that is moved by hand. *Resume without loss* says what
/// these histories must lead to.
struct PositionTests {
    // MARK: When it is told

    @Test(arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func `A client of a quiet topic misses nothing when others turn the log over, and is told no gap`(isHTTP2: Bool)
        throws
    {
        let history = try PositionHistory(isHTTP2: isHTTP2)
        try history.publish("one")
        try history.publishForOthers(100)
        try history.pass(15)
        #expect(try history.comeBack() == .resumed)
        try history.publish("two")
        #expect(history.log == ["id 0", "one", "id 101", "id 101", "two"])
        try history.leave()
    }

    @Test(arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func `A client that has had no event has something to come back with`(isHTTP2: Bool) throws {
        let history = try PositionHistory(isHTTP2: isHTTP2)
        let id = try #require(history.lastEventID)
        try history.leave()
        try history.subscribers.publish("while it was away", to: "quiet")
        try history.read()
        #expect(try history.comeBack() == .resumed)
        #expect(history.log == ["id 0", "while it was away"])
        #expect(id == EventPosition(epoch: history.subscribers.broker.bounds.epoch, sequence: 0).wireID)
        try history.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `At the beginning a position is told only if there is no event to send`() throws {
        let replay = try PositionHistory(from: "earliest") { try $0.publish("one", to: "quiet") }
        #expect(replay.log == ["one"])
        try replay.leave()
        let others = try PositionHistory(from: "earliest") { try $0.publish("other", to: "noisy") }
        #expect(others.log == ["id 1"])
        try others.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A heartbeat tells the position if the log has grown since the last id, and not else`() throws {
        let history = try PositionHistory(heartbeat: .seconds(2))
        try history.pass(6)
        #expect(history.log == ["id 0"])
        try history.publishForOthers(1)
        try history.pass(6)
        #expect(history.log == ["id 0", "id 1"])
        try history.publish("one")
        try history.pass(6)
        #expect(history.log == ["id 0", "id 1", "one"])
        try history.leave()
    }

    @Test(arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func `A stream that has lasted as long as it may ends behind its position`(hasGrown: Bool) throws {
        let history = try PositionHistory(heartbeat: nil, lifetime: .seconds(4))
        if hasGrown { try history.publishForOthers(2) }
        try history.pass(5)
        #expect(history.isOver && history.subscribers.ends == [.lifetime])
        #expect(history.log == (hasGrown ? ["id 0", "id 2"] : ["id 0"]))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A server that ends its streams tells their positions`() throws {
        let history = try PositionHistory(heartbeat: nil)
        try history.publishForOthers(3)
        let shard = history.stream.shard.value
        shard.drain(DrainPlan(window: .seconds(1), retry: nil))
        try history.pass(2)
        #expect(history.isOver && history.log == ["id 0", "id 3"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Positions are not told where that is turned off`() throws {
        let history = try PositionHistory(lifetime: .seconds(40), tellsPositions: false)
        try history.publishForOthers(3)
        try history.publish("one")
        try history.publishForOthers(3)
        try history.pass(45)
        #expect(history.isOver && history.log == ["one"])
    }

    // MARK: Beside the ids of publishers

    @Test
    @available(SwiftSSE 1.0, *)
    func `An id of its own stays what it is until others' events have come`() throws {
        let history = try PositionHistory()
        try history.publish("one", id: "own")
        try history.pass(40)
        #expect(history.lastEventID == "own")
        #expect(try history.comeBack() == .resumed)
        try history.publish("two", id: "own too")
        try history.publishForOthers(100)
        try history.pass(15)
        #expect(history.lastEventID?.hasPrefix("#") == true)
        #expect(try history.comeBack() == .resumed)
        #expect(history.log == ["id 0", "one", "id 1", "two", "id 102", "id 102"])
        try history.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `When the event with an id of its own has become too old the position is told`() throws {
        let clock = ManualClock()
        let history = try PositionHistory(age: .seconds(60), clock: clock)
        try history.publish("one", id: "own")
        try history.pass(20)
        #expect(history.log == ["id 0", "one"])
        clock.advance(by: .seconds(61))
        history.subscribers.broker.store.removeExpired()
        try history.pass(20)
        #expect(history.log == ["id 0", "one", "id 1"])
        #expect(try history.comeBack() == .resumed)
        try history.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A position moves behind private events that the client may not have`() throws {
        let history = try PositionHistory()
        for _ in 0..<100 { try history.publish("secret", isPrivate: true) }
        try history.pass(15)
        #expect(history.log == ["id 0", "id 100"])
        #expect(try history.comeBack() == .resumed)
        try history.leave()
    }

    // MARK: Beside gaps

    @Test(arguments: ResumePolicy.allCases.filter { $0 != .refuse })
    @available(SwiftSSE 1.0, *)
    func `A gap is told once, and the position behind it`(policy: ResumePolicy) throws {
        let history = try PositionHistory(resumePolicy: policy, from: "unknown") {
            try $0.publish("other", to: "noisy")
        }
        #expect(history.log == ["gap unknown", "id 1"])
        #expect(try history.comeBack() == .resumed)
        #expect(history.log == ["gap unknown", "id 1", "id 1"])
        try history.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A gap whose client leaves before a position or an event has come is told again`() throws {
        let history = try PositionHistory(tellsPositions: false, from: "unknown")
        #expect(history.log == ["gap unknown"])
        #expect(try history.comeBack() == .gap(.unknown))
        try history.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A gap on the way is followed by events, whose ids lead behind it`() throws {
        let history = try PositionHistory()
        try history.publishAtOnce(9)
        #expect(history.log == ["id 0", "gap overrun", "4", "5", "6", "7", "8"])
        #expect(try history.comeBack() == .resumed)
        try history.publish("on")
        #expect(history.log.suffix(2) == ["id 9", "on"])
        try history.leave()
    }

    /// However late the event loop is: the log is turned over before it reads anything.
    @Test(arguments: OverrunPolicy.allCases)
    @available(SwiftSSE 1.0, *)
    func `Events on other topics that leave the log unread are no gap`(policy: OverrunPolicy) throws {
        let history = try PositionHistory(overrunPolicy: policy)
        for _ in 1...3 { try history.publishAtOnce(9, to: "noisy") }
        #expect(history.log == ["id 0"])
        try history.publish("on")
        #expect(history.log == ["id 0", "on"])
        // One of its own among them is.
        try history.publishAtOnce(1)
        try history.publishAtOnce(1, to: "noisy")
        #expect(history.log == ["id 0", "on", "0"])
        if policy == .gap {
            for topic in ["quiet", "noisy"] as [Topic] {
                for number in 1...(topic == "quiet" ? 1 : 9) { try history.subscribers.publish("\(number)", to: topic) }
            }
            try history.read()
            #expect(history.log.dropFirst(3).first == "gap overrun")
        }
        try history.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream that ends when something is missed is told so when it comes back`() throws {
        let history = try PositionHistory(overrunPolicy: .end)
        try history.publishAtOnce(9)
        #expect(history.isOver && history.log == ["id 0"])
        #expect(try history.comeBack() == .gap(.evicted))
        #expect(history.log == ["id 0", "gap evicted", "id 9"])
        #expect(try history.comeBack() == .resumed)
        try history.leave()
    }

    // MARK: What a last event ID leads to

    @Test
    @available(SwiftSSE 1.0, *)
    func `From the earliest event of an empty log a stream begins at 0`() throws {
        let history = try PositionHistory(from: "earliest")
        try history.publish("one")
        #expect(history.log == ["id 0", "one"])
        try history.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Two events with one id of their own lead behind the first, so that the second comes twice`() throws {
        let history = try PositionHistory()
        try history.publish("one", id: "own")
        try history.publish("two", id: "own")
        #expect(try history.comeBack() == .resumed)
        #expect(history.log == ["id 0", "one", "two", "two"])
        try history.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An id of its own whose event has left the log is unknown`() throws {
        let history = try PositionHistory(heartbeat: nil)
        try history.publish("one", id: "own")
        try history.publishForOthers(100)
        #expect(history.lastEventID == "own")
        #expect(try history.comeBack() == .gap(.unknown))
        #expect(history.log == ["id 0", "one", "gap unknown", "id 101"])
        try history.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Of several topics the last event's id counts, whosever it is`() throws {
        let history = try PositionHistory(selection: TopicSelection("quiet", "noisy"))
        try history.publish("one", id: "own")
        try history.publishForOthers(2)
        try history.publish("two", id: "another")
        #expect(history.lastEventID == "another")
        #expect(try history.comeBack() == .resumed)
        try history.publishForOthers(1)
        #expect(history.log == ["id 0", "one", "other 0", "other 1", "two", "id 4", "other 0"])
        try history.leave()
    }

    @Test(arguments: [
        ("#", GapReason.malformed), ("#1-", .malformed), ("#0-1", .foreignEpoch),
        (String(repeating: "x", count: 1025), .tooLong),
    ])
    @available(SwiftSSE 1.0, *)
    func `What is no id of this log is a gap of its kind, and then a position`(id: String, reason: GapReason) throws {
        let history = try PositionHistory(from: id)
        #expect(history.log == ["gap \(reason.rawValue)", "id 0"])
        #expect(try history.comeBack() == .resumed)
        try history.leave()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A position that the log has not reached is a gap`() throws {
        let history = try PositionHistory()
        let epoch = history.subscribers.broker.bounds.epoch
        try history.comeBack(with: EventPosition(epoch: epoch, sequence: 7).wireID)
        #expect(history.log == ["id 0", "gap future", "id 0"])
        try history.leave()
    }
}
