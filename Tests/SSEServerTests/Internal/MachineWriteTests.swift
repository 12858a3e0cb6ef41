internal import SSETestSupport
internal import Testing

@testable internal import SSEServer

/// The state machine of the writes: from submission to the sender's answer.
struct MachineWriteTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Writes come out one at a time, in the order in which they were submitted`() {
        var machine = TestMachine.make()
        #expect(!machine.hasWork)
        #expect(machine.next() == "wait")
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.submit(2, "b") == nil)
        #expect(machine.hasWork)
        #expect(machine.next() == "write a")
        #expect(machine.written() == "a")
        #expect(machine.next() == "write b")
        #expect(!machine.hasWork)
        #expect(machine.written() == "b")
        #expect(machine.next() == "wait")
        #expect(machine.endingName == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A sender is told once`() {
        var machine = TestMachine.make()
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.next() == "write a")
        #expect(machine.written() == "a")
        #expect(machine.written() == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write in the queue can be taken back, and the others keep their order`() {
        var machine = TestMachine.make()
        for (id, name) in [(1, "a"), (2, "b"), (3, "c")] as [(UInt64, String)] {
            #expect(machine.submit(id, name) == nil)
        }
        #expect(machine.withdraw(2) == "b")
        #expect(machine.withdraw(2) == nil)
        #expect(machine.next() == "write a")
        #expect(machine.written() == "a")
        #expect(machine.next() == "write c")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write that has begun, is done or was never there cannot be taken back`() {
        var machine = TestMachine.make()
        #expect(machine.withdraw(1) == nil)
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.next() == "write a")
        #expect(machine.withdraw(1) == nil)
        #expect(machine.written() == "a")
        #expect(machine.withdraw(1) == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A keep-alive comment is queued like a write, and has no sender`() {
        var machine = TestMachine.make()
        #expect(machine.submitKeepAlive(at: 15) == true)
        #expect(machine.hasWork)
        #expect(machine.next(at: 15) == "write :")
        #expect(machine.written(at: 15) == nil)
        #expect(machine.next(at: 15) == "wait")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A keep-alive comment is not needed when something else is about to be written or is being written`() {
        var machine = TestMachine.make()
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.submitKeepAlive(at: 15) == false)
        #expect(machine.next(at: 15) == "write a")
        #expect(machine.submitKeepAlive(at: 15) == false)
        #expect(machine.written(at: 15) == "a")
        #expect(machine.next(at: 15) == "wait")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A keep-alive comment is refused once the stream has ended or is about to`() {
        var finishing = TestMachine.make()
        finishing.finish()
        #expect(finishing.submitKeepAlive(at: 15) == false)
        #expect(finishing.next() == "stop")

        var ended = TestMachine.make()
        #expect(ended.end(.shuttingDown, waitsForCurrent: true) == [])
        #expect(ended.submitKeepAlive(at: 15) == false)
        #expect(ended.next() == "stop")
    }
}
