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

    @Test("Nothing happens before it is asked; then it connects, reads, waits, and connects again")
    @available(SwiftSSE 1.0, *)
    func life() {
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

    @Test("Delays grow while connections live shortly, and begin anew after one that lived long enough")
    @available(SwiftSSE 1.0, *)
    func growth() {
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

    @Test("A reconnection time stands in place of the initial delay, over connections")
    @available(SwiftSSE 1.0, *)
    func reconnectionTime() {
        var machine = Self.open()
        machine.setReconnectionTime(.seconds(1))
        machine.expectFinished(1, .reconnect, at: 0, "wait 1.0 seconds")
        machine.expect("connect 2", at: 1)
        machine.opened(2, at: Self.at(1))
        machine.expectFinished(2, .reconnect, at: 70, "wait 1.0 seconds")
    }

    @Test("A decision's own delay goes before Retry-After, and that before the policy's, unless that ignores it")
    @available(SwiftSSE 1.0, *)
    func delays() {
        for (honours, own, expected) in [
            (true, nil, "wait 60.0 seconds"), (false, nil, "wait 3.0 seconds"), (true, 5, "wait 5.0 seconds"),
        ] as [(Bool, Int?, String)] {
            var machine = Self.machine { $0.honoursRetryAfter = honours }
            machine.expect("connect 1", at: 0)
            let decision = own.map { ReconnectionDecision.reconnect(after: .seconds($0)) } ?? .reconnect
            machine.expectFinished(1, decision, at: 0, retryAfter: .seconds(60), expected)
        }
    }

    @Test("After the last attempt that the policy allows it fails with that attempt's error as the cause")
    @available(SwiftSSE 1.0, *)
    func attempts() throws {
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

    @Test("No attempt to reconnect is allowed by a maximum of zero")
    @available(SwiftSSE 1.0, *)
    func noAttempts() {
        var machine = Self.machine { $0.maximumAttempts = 0 }
        machine.expect("connect 1", at: 0)
        machine.expectFinished(1, .reconnect, at: 0, "close attemptsExhausted")
    }

    @Test("The decisions to end and to fail are final")
    @available(SwiftSSE 1.0, *)
    func final() {
        var ended = Self.open()
        ended.expectFinished(1, .end, at: 0, "close ended")
        ended.expect("end ended", at: 100)
        var failed = Self.open()
        failed.expectFinished(1, .fail, at: 0, "close TestError")
        failed.expect("end TestError", at: 100)
    }

    @Test("What another connection than the current one does counts for nothing")
    @available(SwiftSSE 1.0, *)
    func stale() {
        var machine = Self.waiting()
        machine.expect("connect 2", at: 3)
        machine.opened(1, at: Self.at(3))
        #expect(machine.stateName == "connecting")
        machine.expectFinished(1, .fail, at: 3, "none")
        #expect(machine.stateName == "connecting")
    }

    @Test("A pause closes what is open or under way, and its end counts for nothing; resuming connects at once")
    @available(SwiftSSE 1.0, *)
    func pause() {
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

    @Test("Resuming without a pause does nothing")
    @available(SwiftSSE 1.0, *)
    func resume() {
        var machine = Self.waiting()
        machine.resume(at: Self.at(1))
        machine.expect("wait until 3.0 seconds", at: 1)
    }

    @Test("Delays begin anew after a pause")
    @available(SwiftSSE 1.0, *)
    func pauseResets() {
        var machine = Self.waiting()
        _ = machine.pause()
        machine.resume(at: Self.at(1))
        machine.expect("connect 2", at: 1)
        machine.expectFinished(2, .reconnect, at: 1, "wait 3.0 seconds")
    }

    @Test("Reconnecting now ends a wait, closes what is open or under way, and leaves a pause alone")
    @available(SwiftSSE 1.0, *)
    func reconnectNow() {
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

    @Test("Closing is final in every state")
    @available(SwiftSSE 1.0, *)
    func close() {
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

    @Test("Without a request it fails, but not while it is paused")
    @available(SwiftSSE 1.0, *)
    func noRequest() {
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

    @Test("A place that cannot be loaded is final")
    @available(SwiftSSE 1.0, *)
    func failToBegin() {
        var machine = Self.machine()
        machine.failToBegin(TestError())
        machine.expect("end TestError", at: 0)
    }

    @Test("Attempts that lead to a stream do not count towards the maximum, however short its life")
    @available(SwiftSSE 1.0, *)
    func attemptsWithStreams() {
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

    @Test("A Retry-After that is shorter than the policy's delay does not shorten it")
    @available(SwiftSSE 1.0, *)
    func shortRetryAfter() {
        var machine = Self.machine()
        machine.expect("connect 1", at: 0)
        machine.expectFinished(1, .reconnect, at: 0, retryAfter: .zero, "wait 3.0 seconds")
    }

    @Test("When nobody iterates it is idle again, and connects when somebody does; a pause stays")
    @available(SwiftSSE 1.0, *)
    func left() {
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
        retryAfter: Duration? = nil,
        _ consequence: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let result = self.finished(
            connection,
            ConnectionEnd(error: SubscriptionStateMachineTests.error, wasOpen: true),
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
