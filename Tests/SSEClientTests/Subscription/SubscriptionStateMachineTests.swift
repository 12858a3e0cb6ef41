internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// Every state, and every way out of it, at times that the test says.
@Suite
struct SubscriptionStateMachineTests {
    @available(SwiftSSE 1.0, *)
    private typealias Machine = SubscriptionStateMachine<ManualClock>

    private struct TestError: Error {}

    @available(SwiftSSE 1.0, *)
    private static func machine(_ change: (inout ReconnectionPolicy) -> Void = { _ in }) -> Machine {
        var policy = ReconnectionPolicy.browser
        policy.multiplier = 2
        policy.resetsAfter = .seconds(60)
        change(&policy)
        return Machine(policy: policy)
    }

    @available(SwiftSSE 1.0, *)
    private static func at(_ seconds: Int) -> ManualClock.Instant { ManualClock.Instant(.seconds(seconds)) }

    @available(SwiftSSE 1.0, *)
    private static func connecting() -> Machine {
        var machine = Self.machine()
        machine.expect("connect 1", at: 0)
        return machine
    }

    @available(SwiftSSE 1.0, *)
    private static func open() -> Machine {
        var machine = Self.connecting()
        machine.opened(1, at: Self.at(0))
        return machine
    }

    @available(SwiftSSE 1.0, *)
    private static func waiting() -> Machine {
        var machine = Self.connecting()
        machine.expectFinished(1, .reconnect, at: 0, "wait 3.0 seconds")
        return machine
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Nothing happens before it is asked; then it connects, reads, waits, and connects again`() {
        var machine = Self.machine()
        #expect(machine.stateName == "idle")
        machine.expect("connect 1", at: 0)
        #expect(machine.stateName == "connecting")
        machine.expect("read", at: 0)
        machine.opened(1, at: Self.at(1))
        #expect(machine.stateName == "open")
        machine.expect("read", at: 2)
        machine.expectFinished(1, .reconnect, at: 2, "wait 3.0 seconds")
        #expect(machine.stateName == "waiting")
        machine.expect("wait until 5.0 seconds", at: 4)
        machine.expect("connect 2", at: 5)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Delays grow while connections live shortly, and begin anew after one that lived long enough`() {
        var machine = Self.machine()
        machine.expect("connect 1", at: 0)
        machine.expectFinished(1, .reconnect, at: 0, "wait 3.0 seconds")
        machine.expect("connect 2", at: 3)
        machine.opened(2, at: Self.at(3))
        machine.expectFinished(2, .reconnect, at: 62, "wait 6.0 seconds")
        machine.expect("connect 3", at: 68)
        machine.opened(3, at: Self.at(68))
        machine.expectFinished(3, .reconnect, at: 128, "wait 3.0 seconds")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What has done its work does not make delays grow, and ends a row of failures`() {
        let ended = ConnectionEnd(error: nil, wasOpen: true, hasDelivered: true)
        let silent = ConnectionEnd(error: SSEClientError(code: .idleTimeout, message: ""), wasOpen: true)
        for end in [ended, silent] {
            var machine = Self.machine()
            machine.expect("connect 1", at: 0)
            machine.expectFinished(1, .reconnect, at: 0, "wait 3.0 seconds")
            machine.expect("connect 2", at: 3)
            machine.expectFinished(2, .reconnect, at: 3, "wait 6.0 seconds")
            var now = 9
            for number in 3...8 {
                machine.expect("connect \(number)", at: now)
                machine.opened(number, at: Self.at(now))
                machine.expectFinished(number, .reconnect, at: now, ended: end, "wait 3.0 seconds")
                now += 3
            }
            machine.expect("connect 9", at: now)
            machine.expectFinished(9, .reconnect, at: now, "wait 3.0 seconds")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What has done nothing makes delays grow, also if it ended as it should`() {
        let empty = ConnectionEnd(error: nil, wasOpen: true)
        let cut = ConnectionEnd(
            error: SSEClientError(code: .connectionCut, message: ""),
            wasOpen: true,
            hasDelivered: true
        )
        let unanswered = ConnectionEnd(error: SSEClientError(code: .idleTimeout, message: ""), wasOpen: false)
        for end in [empty, cut, unanswered] {
            var machine = Self.machine()
            machine.expect("connect 1", at: 0)
            if end.wasOpen { machine.opened(1, at: Self.at(0)) }
            machine.expectFinished(1, .reconnect, at: 0, ended: end, "wait 3.0 seconds")
            machine.expect("connect 2", at: 3)
            if end.wasOpen { machine.opened(2, at: Self.at(3)) }
            machine.expectFinished(2, .reconnect, at: 3, ended: end, "wait 6.0 seconds")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A reconnection time stands in place of the initial delay, over connections`() {
        var machine = Self.open()
        machine.setReconnectionTime(.seconds(1))
        machine.expectFinished(1, .reconnect, at: 0, "wait 1.0 seconds")
        machine.expect("connect 2", at: 1)
        machine.opened(2, at: Self.at(1))
        machine.expectFinished(2, .reconnect, at: 70, "wait 1.0 seconds")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A decision's own delay goes before Retry-After, and that before the policy's, unless that ignores it`() {
        for (honours, own, expected) in [
            (true, nil, "wait 60.0 seconds"), (false, nil, "wait 3.0 seconds"), (true, 5, "wait 5.0 seconds"),
        ] as [(Bool, Int?, String)] {
            var machine = Self.machine { $0.honoursRetryAfter = honours }
            machine.expect("connect 1", at: 0)
            let decision = own.map { ReconnectionDecision.reconnect(after: .seconds($0)) } ?? .reconnect
            machine.expectFinished(1, decision, at: 0, retryAfter: .seconds(60), expected)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `After the last attempt that the policy allows it fails with that attempt's error as the cause`() throws {
        var machine = Self.machine { $0.maximumAttempts = 2 }
        machine.expect("connect 1", at: 0)
        machine.expectFinished(1, .reconnect, at: 0, "wait 3.0 seconds")
        machine.expect("connect 2", at: 3)
        machine.expectFinished(2, .reconnect, at: 3, "wait 6.0 seconds")
        machine.expect("connect 3", at: 9)
        machine.expectFinished(3, .reconnect, at: 9, "close attemptsExhausted")
        guard case .closed(.failed(let error)) = machine.state else {
            Issue.record("It is \(machine.stateName).")
            return
        }
        #expect((error as? SSEClientError)?.cause is TestError)
        machine.expect("end attemptsExhausted", at: 100)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `No attempt to reconnect is allowed by a maximum of zero`() {
        var machine = Self.machine { $0.maximumAttempts = 0 }
        machine.expect("connect 1", at: 0)
        machine.expectFinished(1, .reconnect, at: 0, "close attemptsExhausted")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The decisions to end and to fail are final`() {
        var ended = Self.open()
        ended.expectFinished(1, .end, at: 0, "close ended")
        ended.expect("end ended", at: 100)
        var failed = Self.open()
        failed.expectFinished(1, .fail, at: 0, "close TestError")
        failed.expect("end TestError", at: 100)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What another connection than the current one does counts for nothing`() {
        var machine = Self.waiting()
        machine.expect("connect 2", at: 3)
        machine.opened(1, at: Self.at(3))
        #expect(machine.stateName == "connecting")
        machine.expectFinished(1, .fail, at: 3, "none")
        #expect(machine.stateName == "connecting")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A pause closes what is open or under way, and its end counts for nothing; resuming connects at once`() {
        for (machine, closes) in [
            (Self.machine(), false), (Self.connecting(), true), (Self.open(), true), (Self.waiting(), false),
        ] {
            var machine = machine
            #expect(machine.pause() == closes)
            machine.expect("rest", at: 100)
            machine.expectFinished(machine.connection, .fail, at: 100, "none")
            #expect(machine.pause() == false)
            machine.resume(at: Self.at(100))
            machine.expect("connect \(machine.connection + 1)", at: 100)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Resuming without a pause does nothing`() {
        var machine = Self.waiting()
        machine.resume(at: Self.at(1))
        machine.expect("wait until 3.0 seconds", at: 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Delays begin anew after a pause`() {
        var machine = Self.waiting()
        _ = machine.pause()
        machine.resume(at: Self.at(1))
        machine.expect("connect 2", at: 1)
        machine.expectFinished(2, .reconnect, at: 1, "wait 3.0 seconds")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Reconnecting now ends a wait, closes what is open or under way, and leaves a pause alone`() {
        for (machine, closes) in [(Self.connecting(), true), (Self.open(), true), (Self.waiting(), false)] {
            var machine = machine
            #expect(machine.reconnectNow(at: Self.at(1)) == closes)
            machine.expectFinished(1, .fail, at: 1, "none")
            machine.expect("connect 2", at: 1)
        }
        var paused = Self.open()
        _ = paused.pause()
        #expect(paused.reconnectNow(at: Self.at(1)) == false)
        paused.expect("rest", at: 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Closing is final in every state`() {
        var paused = Self.open()
        _ = paused.pause()
        for machine in [Self.machine(), Self.connecting(), Self.open(), Self.waiting(), paused] {
            var machine = machine
            machine.close()
            machine.expectFinished(1, .reconnect, at: 1, "none")
            machine.resume(at: Self.at(1))
            #expect(machine.pause() == false)
            #expect(machine.reconnectNow(at: Self.at(1)) == false)
            machine.fail(1, TestError())
            machine.failToBegin(TestError())
            machine.left()
            machine.expect("end ended", at: 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Without a request it fails, but not while it is paused`() {
        var machine = Self.connecting()
        machine.fail(1, TestError())
        machine.expect("end TestError", at: 0)
        var paused = Self.connecting()
        _ = paused.pause()
        paused.fail(1, TestError())
        paused.expect("rest", at: 0)
        // What was to be the request of a connection that was given up meanwhile.
        paused.resume(at: Self.at(1))
        paused.fail(1, TestError())
        paused.expect("connect 2", at: 1)
        paused.fail(1, TestError())
        paused.expect("read", at: 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A place that cannot be loaded is final`() {
        var machine = Self.machine()
        machine.failToBegin(TestError())
        machine.expect("end TestError", at: 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Attempts that lead to a stream do not count towards the maximum, however short its life`() {
        var machine = Self.machine { $0.maximumAttempts = 1 }
        for number in 1...5 {
            machine.expect("connect \(number)", at: number * 100)
            machine.opened(number, at: Self.at(number * 100))
            #expect(machine.stateName == "open")
            let result = machine.finished(
                number,
                ConnectionEnd(error: nil, wasOpen: true),
                .reconnect,
                retryAfter: nil,
                random: 0,
                at: Self.at(number * 100)
            )
            guard case .wait = result else {
                Issue.record("\(result)")
                return
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A Retry-After that is shorter than the policy's delay does not shorten it`() {
        var machine = Self.machine()
        machine.expect("connect 1", at: 0)
        machine.expectFinished(1, .reconnect, at: 0, retryAfter: .zero, "wait 3.0 seconds")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `When nobody iterates it is idle again, and connects when somebody does; a pause stays`() {
        for machine in [Self.connecting(), Self.open(), Self.waiting()] {
            var machine = machine
            machine.left()
            #expect(machine.stateName == "idle")
            machine.expect("connect 2", at: 0)
        }
        var paused = Self.open()
        _ = paused.pause()
        paused.left()
        paused.expect("rest", at: 0)
    }
}

@available(SwiftSSE 1.0, *)
extension SubscriptionStateMachine<ManualClock> {
    fileprivate var stateName: String { "\(self.state)".split(separator: "(").first.map(String.init) ?? "" }

    fileprivate mutating func expect(_ step: String, at seconds: Int, sourceLocation: SourceLocation = #_sourceLocation)
    {
        let name =
            switch self.nextStep(at: ManualClock.Instant(.seconds(seconds))) {
            case .connect(let number): "connect \(number)"
            case .wait(let end): "wait until \(end.offset)"
            case .rest: "rest"
            case .read: "read"
            case .end(let end): "end \(Self.name(of: end))"
            }
        #expect(name == step, sourceLocation: sourceLocation)
    }

    fileprivate mutating func expectFinished(
        _ connection: Int,
        _ decision: ReconnectionDecision,
        at seconds: Int,
        ended end: ConnectionEnd = ConnectionEnd(error: SubscriptionStateMachineTests.error, wasOpen: true),
        retryAfter: Duration? = nil,
        _ consequence: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let result = self.finished(
            connection,
            end,
            decision,
            retryAfter: retryAfter,
            random: 0,
            at: ManualClock.Instant(.seconds(seconds))
        )
        let name =
            switch result {
            case .wait(let delay): "wait \(delay)"
            case .close(let end): "close \(Self.name(of: end))"
            case .none: "none"
            }
        #expect(name == consequence, sourceLocation: sourceLocation)
    }

    private static func name(of end: SubscriptionEnd) -> String {
        switch end {
        case .ended: "ended"
        case .failed(let error as SSEClientError): "\(error.code)"
        case .failed(let error): "\(type(of: error))"
        }
    }
}

extension SubscriptionStateMachineTests {
    fileprivate static var error: any Error { TestError() }
}
