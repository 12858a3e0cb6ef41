import SSETestSupport
import Testing

@testable import SSEBroker

/// Where those begin who come to a broker that has a copy of an engine's log, and what they get.
@Suite(.timeLimit(.minutes(3)))
struct MirrorResumeTests {
    private static func numbers(_ range: ClosedRange<Int>) -> [String] { range.map { "\($0)" } }

    // MARK: Before the copy

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [20, 89, 90, 95, 100])
    func `An event is followed by all that come after it`(last: Int) async throws {
        try await withBroker(events: 100, copied: 10) { running in
            #expect(running.broker.bounds.first == 91)
            try await running.broker.withSubscription(to: "a", from: .after(id: running.id(UInt64(last)))) { items in
                #expect(items.outcome == .resumed)
                async let data = items.data(count: 105 - last)
                try await running.append(101...105)
                #expect(try await data == Self.numbers(last + 1...105))
            }
            // The rest is in the copy. What follows 90 is so at first, and leaves it when a reader is slow.
            if last != 90 { #expect((running.engine.count(of: .read) > 1) == (last < 90)) }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The earliest event is the engine's`() async throws {
        try await withBroker(events: 100, copied: 10) { running in
            let data = try await running.data(from: .earliest, count: 100)
            #expect(data == Self.numbers(1...100))
        }
        try await withBroker(events: 100, copied: 10, kept: 60) { running in
            let data = try await running.data(from: .earliest, count: 60)
            #expect(data == Self.numbers(41...100))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Whoever asks for what there is does not miss what leaves meanwhile`() async throws {
        try await withBroker(events: 100, copied: 10, kept: 60) { running in
            try await running.broker.withSubscription(to: "a", from: .earliest) { items in
                try await running.append(101...120)
                #expect(try await items.data(count: 60) == Self.numbers(61...120))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What leaves the engine's log before it is read is a gap`() async throws {
        try await withBroker(events: 100, copied: 10, kept: 60) { running in
            try await running.broker.withSubscription(to: "a", from: .after(id: running.id(50))) { items in
                #expect(items.outcome == .resumed)
                try await running.append(101...120)
                #expect(try await items.data(count: 61) == ["gap overrun"] + Self.numbers(61...120))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An event that has left the engine's log is a gap, and the policy says where to begin`() async throws {
        try await withBroker(events: 100, copied: 10, kept: 60) { running in
            try await running.broker.withSubscription(to: "a", from: .after(id: running.id(39))) { items in
                #expect(items.outcome == .gap(.evicted))
                try await running.append(101...101)
                #expect(try await items.data(count: 2) == ["gap evicted", "101"])
            }
            // The event itself may be gone.
            #expect(try await running.data(from: .after(id: running.id(41)), count: 1) == ["42"])
        }
        try await withBroker(events: 100, kept: 60, configure: { $0.resumePolicy = .replayAll }) { running in
            let data = try await running.data(from: .after(id: running.id(39)), count: 61)
            #expect(data == ["gap evicted"] + Self.numbers(41...100))
        }
        try await withBroker(events: 100, kept: 60, configure: { $0.resumePolicy = .refuse }) { running in
            let error = await #expect(throws: BrokerError.self) {
                try await running.data(from: .after(id: running.id(39)), count: 1)
            }
            #expect(error?.code == .resumeRefused)
        }
    }

    /// What was known of the engine's log a moment ago does not tell what has left it since.
    @available(SwiftSSE 1.0, *)
    @Test(arguments: ResumePolicy.allCases)
    func `An event that has just left the engine's log is a gap at once`(policy: ResumePolicy) async throws {
        try await withBroker(events: 10, copied: 10, kept: 10, configure: { $0.resumePolicy = policy }) { running in
            for number in 11...25 {
                try await running.append(number...number)
                try await running.waitForCopy()
            }
            let point = try ResumePoint.after(id: running.id(2))
            if policy == .refuse {
                let error = await #expect(throws: BrokerError.self) { try await running.data(from: point, count: 1) }
                #expect(error?.code == .resumeRefused)
                return
            }
            try await running.broker.withSubscription(to: "a", from: point) { items in
                #expect(items.outcome == .gap(.evicted))
                guard policy == .replayAll else { return }
                let data = try await items.data(count: 11)
                #expect(data == ["gap evicted"] + Self.numbers(16...25))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An id that a publisher chose is looked up by the engine`() async throws {
        try await withBroker { running in
            for number in 1...50 {
                let event = ServerSentEvent(data: "\(number)", id: try .init("own-\(number)"))
                try await running.broker.publish(event, to: "a")
            }
            try await running.waitForCopy()
            #expect(try await running.data(from: .after(id: "own-45"), count: 5) == Self.numbers(46...50))
            #expect(running.engine.count(of: .find) == 0)
            #expect(try await running.data(from: .after(id: "own-5"), count: 45) == Self.numbers(6...50))
            #expect(running.engine.count(of: .find) == 1)
            try await running.broker.withSubscription(to: "a", from: .after(id: "nobody's")) { items in
                #expect(items.outcome == .gap(.unknown))
            }
        }
    }

    // MARK: Behind the copy

    @available(SwiftSSE 1.0, *)
    @Test func `Who knows of more than this process gets what comes after that`() async throws {
        try await withBroker(events: 10) { running in
            running.engine.gate(.follow).close()
            try await running.append(11...15)
            try await running.broker.withSubscription(to: "a", from: .after(id: running.id(15))) { items in
                #expect(items.outcome == .resumed)
                #expect(running.broker.bounds.last == 10)
                async let data = items.data(count: 2)
                try await waitUntil { running.broker.store.waiterCount == 1 }
                running.engine.gate(.follow).open()
                try await running.append(16...17)
                #expect(try await data == ["16", "17"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What the engine does not have either is a gap`() async throws {
        try await withBroker(events: 10) { running in
            try await running.broker.withSubscription(to: "a", from: .after(id: running.id(11))) { items in
                #expect(items.outcome == .gap(.future))
            }
            try await running.broker.withSubscription(to: "a", from: .after(id: "#1-1")) { items in
                #expect(items.outcome == .gap(.foreignEpoch))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An id of a new log is known to the engine before it is known here`() async throws {
        try await withBroker(events: 10) { running in
            let old = try running.id(5)
            running.engine.replaceLog(by: MemoryEngine())
            try await running.append(1...3)
            #expect(try await running.data(from: .after(id: running.id(1)), count: 2) == ["2", "3"])
            try await running.broker.withSubscription(to: "a", from: .after(id: old)) { items in
                #expect(items.outcome == .gap(.foreignEpoch))
            }
        }
    }

    // MARK: Failures

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [SteeredEngine.Call.bounds, .find])
    func `An engine that fails is no gap`(call: SteeredEngine.Call) async throws {
        try await withBroker(events: 10) { running in
            running.engine.fail(call, with: BrokerError(code: .engineUnavailable, message: "There is no quorum."))
            let id = call == .find ? "nobody's" : try running.id(99)
            let error = await #expect(throws: BrokerError.self) {
                try await running.data(from: .after(id: id), count: 1)
            }
            #expect(error?.code == .engineUnavailable && error?.message == "There is no quorum.")
            #expect(running.broker.subscriptionCount == 0)
            running.engine.fail(call, with: nil)
            try await running.broker.withSubscription(to: "a", from: .after(id: id)) { items in
                #expect(items.outcome == .gap(call == .find ? .unknown : .future))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An engine that does not answer is not waited for`() async throws {
        try await withBroker(events: 10) { running in
            running.engine.gate(.bounds).close()
            async let failure = thrownError { _ = try await running.data(from: .after(id: running.id(99)), count: 1) }
            try await running.engine.gate(.bounds).waitForWaiters(1)
            // What it has been asked, and whoever waits for that.
            try await running.clock.waitForSleepers(3, within: .seconds(5))
            running.clock.advance(by: .seconds(5))
            #expect((await failure as? BrokerError)?.code == .engineUnavailable)
            running.engine.gate(.bounds).open()
            try await running.broker.withSubscription(to: "a", from: .after(id: running.id(10))) { _ in }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A read that fails is tried again, and nothing is missed`() async throws {
        try await withBroker(events: 100, copied: 10) { running in
            running.engine.fail(.read, with: BrokerError(code: .engineFailed, message: "No."))
            let count = running.engine.count(of: .read)
            async let data = running.data(from: .after(id: running.id(40)), count: 60)
            try await running.engine.wait(for: .read, count: count + 1)
            running.engine.fail(.read, with: nil)
            // It waits for a second, beside the aging and the watch.
            try await running.clock.waitForSleepers(3, within: .seconds(1))
            running.clock.advance(by: .seconds(1))
            #expect(try await data == Self.numbers(41...100))
        }
    }

    // MARK: Many at once

    @available(SwiftSSE 1.0, *)
    @Test func `The engine is asked for a few things at a time, and everybody gets theirs`() async throws {
        try await withBroker(events: 400, copied: 10, configure: { $0.engineReads = 3 }) { running in
            running.engine.gate(.read).close()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for last in 1...50 {
                    group.addTask {
                        let data = try await running.data(from: .after(id: running.id(UInt64(last))), count: 400 - last)
                        #expect(data == Self.numbers(last + 1...400))
                    }
                }
                try await running.engine.gate(.read).waitForWaiters(3)
                running.engine.gate(.read).open()
                try await group.waitForAll()
            }
            #expect(running.engine.mostReading == 3)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Those who come back while much is published get everything once and in order`() async throws {
        try await withBroker(copied: 5) { running in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for publisher in 0..<2 {
                    group.addTask {
                        for number in 0..<300 {
                            try await running.broker.publish(ServerSentEvent(data: "\(publisher) \(number)"), to: "a")
                            if number.isMultiple(of: 10) { await Task.yield() }
                        }
                    }
                }
                for share in 1...10 {
                    group.addTask {
                        var sequences: [UInt64] = []
                        var point = ResumePoint.earliest
                        while sequences.count < 600 {
                            point = try await running.broker.withSubscription(to: "a", from: point) { items in
                                for try await item in items {
                                    guard case .event(let record) = item else {
                                        throw BrokerError(code: .eventsMissed, message: "\(item)")
                                    }
                                    sequences.append(record.position.sequence)
                                    if sequences.count.isMultiple(of: share * 7) || sequences.count == 600 {
                                        return .after(id: record.id)
                                    }
                                }
                                return point
                            }
                        }
                        #expect(sequences == Array(1...600))
                    }
                }
                try await group.waitForAll()
            }
            #expect(running.engine.count(of: .read) > 10)
        }
    }
}
