internal import SSETestSupport
internal import Testing

@testable internal import SSEServer

/// The state machine of the writes: keep-alive comments and deadlines.
struct MachineTimeTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A keep-alive comment is due when nothing has been written for the interval, not before`() {
        var machine = TestMachine.make()
        #expect(machine.tick(at: 0) == .sleep(untilSecond: 15))
        #expect(machine.tick(at: 14) == .sleep(untilSecond: 15))
        #expect(machine.tick(at: 15) == .sendKeepAlive)
        #expect(machine.submitKeepAlive(at: 15) == true)
        #expect(machine.tick(at: 15) == .sleep(untilSecond: 30))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The interval counts from the last write's end`() {
        var machine = TestMachine.make()
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.next(at: 8) == "write a")
        #expect(machine.written(at: 10) == "a")
        #expect(machine.tick(at: 15) == .sleep(untilSecond: 25))
        #expect(machine.tick(at: 25) == .sendKeepAlive)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `While a write is under way no comment is due, but the timer comes back in time for the next`() {
        var machine = TestMachine.make()
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.next(at: 14) == "write a")
        #expect(machine.tick(at: 15) == .sleep(untilSecond: 30))
        #expect(machine.written(at: 16) == "a")
        #expect(machine.tick(at: 30) == .sleep(untilSecond: 31))
        #expect(machine.tick(at: 31) == .sendKeepAlive)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An interval or a deadline of zero means none, and does not keep the timer busy`() {
        var machine = TestMachine.make(keepAlive: .zero, timeout: .zero)
        #expect(machine.tick(at: 0) == .stop)
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.next(at: 0) == "write a")
        #expect(machine.tick(at: 100) == .stop)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write is too late when it has taken as long as it may`() {
        var machine = TestMachine.make(keepAlive: nil)
        #expect(machine.tick(at: 0) == .sleep(untilSecond: 30))
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.next(at: 10) == "write a")
        #expect(machine.tick(at: 30) == .sleep(untilSecond: 40))
        #expect(machine.tick(at: 39) == .sleep(untilSecond: 40))
        #expect(machine.tick(at: 40) == .timeOut(after: .seconds(30)))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write that waits in the queue has no deadline yet`() {
        var machine = TestMachine.make(keepAlive: nil)
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.tick(at: 100) == .sleep(untilSecond: 130))
        #expect(machine.next(at: 100) == "write a")
        #expect(machine.written(at: 129) == "a")
        #expect(machine.tick(at: 130) == .sleep(untilSecond: 160))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A keep-alive comment has a deadline as well`() {
        var machine = TestMachine.make()
        #expect(machine.submitKeepAlive(at: 15) == true)
        #expect(machine.next(at: 15) == "write :")
        #expect(machine.tick(at: 44) == .sleep(untilSecond: 45))
        #expect(machine.tick(at: 45) == .timeOut(after: .seconds(30)))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Without deadlines, the timer serves the keep-alive comments only`() {
        var machine = TestMachine.make(timeout: nil)
        #expect(machine.tick(at: 0) == .sleep(untilSecond: 15))
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.next(at: 1) == "write a")
        #expect(machine.tick(at: 1000) == .sleep(untilSecond: 1015))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Without deadlines and keep-alive comments there is nothing to watch`() {
        var machine = TestMachine.make(keepAlive: nil, timeout: nil)
        #expect(machine.tick(at: 0) == .stop)
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.next() == "write a")
        #expect(machine.tick(at: 1000) == .stop)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Once the stream has ended the timer stops, even if a comment would be due`() {
        var finished = TestMachine.make()
        finished.finish()
        #expect(finished.tick(at: 15) == .stop)

        var ended = TestMachine.make()
        #expect(ended.end(.clientDisconnected(), waitsForCurrent: false) == [])
        #expect(ended.tick(at: 15) == .stop)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is written after the body has returned has a deadline, and no comments come in between`() {
        var machine = TestMachine.make()
        #expect(machine.submit(1, "a") == nil)
        machine.finish()
        #expect(machine.tick(at: 20) == .sleep(untilSecond: 50))
        #expect(machine.next(at: 20) == "write a")
        #expect(machine.tick(at: 49) == .sleep(untilSecond: 50))
        #expect(machine.tick(at: 50) == .timeOut(after: .seconds(30)))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write that a shutdown waits for has a deadline`() {
        var machine = TestMachine.make()
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.next(at: 5) == "write a")
        #expect(machine.end(.shuttingDown, waitsForCurrent: true) == [])
        #expect(machine.tick(at: 15) == .sleep(untilSecond: 35))
        #expect(machine.tick(at: 35) == .timeOut(after: .seconds(30)))
        #expect(machine.end(.writeTimedOut(after: .seconds(30)), waitsForCurrent: false) == ["a"])
        #expect(machine.tick(at: 35) == .stop)
    }
}
