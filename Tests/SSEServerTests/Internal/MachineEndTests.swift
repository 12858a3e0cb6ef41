internal import SSETestSupport
internal import Testing

@testable internal import SSEServer

/// The state machine of the writes: how a stream ends, and who is told.
struct MachineEndTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func
        `When the body has returned, what is queued is still written, nothing more is taken, and the stream is complete`()
    {
        var machine = TestMachine.make()
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.submit(2, "b") == nil)
        machine.finish()
        #expect(machine.submit(3, "c") == .streamEnded)
        #expect(machine.next() == "write a")
        #expect(machine.endingName == nil)
        #expect(machine.written() == "a")
        #expect(machine.endingName == nil)
        #expect(machine.next() == "write b")
        #expect(machine.endingName == nil)
        #expect(machine.written() == "b")
        #expect(machine.endingName == "completed")
        #expect(machine.hasWork)
        #expect(machine.next() == "stop")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body that returns while nothing is queued completes the stream at once`() {
        var machine = TestMachine.make()
        machine.finish()
        #expect(machine.endingName == "completed")
        #expect(machine.hasWork)
        #expect(machine.next() == "stop")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An end tells all senders in order, and whoever comes later gets its error`() {
        var machine = TestMachine.make()
        for (id, name) in [(1, "a"), (2, "b"), (3, "c")] as [(UInt64, String)] {
            #expect(machine.submit(id, name) == nil)
        }
        #expect(machine.next() == "write a")
        #expect(machine.end(.clientDisconnected(), waitsForCurrent: false) == ["b", "c", "a"])
        #expect(machine.endingName == "clientDisconnected")
        #expect(machine.submit(4, "d") == .clientDisconnected)
        #expect(machine.withdraw(2) == nil)
        #expect(machine.hasWork)
        #expect(machine.next() == "stop")
        #expect(machine.written() == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A shutdown lets the write under way complete, and tells its sender that it has`() {
        var machine = TestMachine.make()
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.submit(2, "b") == nil)
        #expect(machine.next() == "write a")
        #expect(machine.end(.shuttingDown, waitsForCurrent: true) == ["b"])
        #expect(machine.endingName == nil)
        #expect(machine.submit(3, "c") == .shuttingDown)
        #expect(machine.written() == "a")
        #expect(machine.endingName == "shuttingDown")
        #expect(machine.next() == "stop")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A shutdown whose last write is cut short has ended by what cut it, not by shutting down`() {
        var machine = TestMachine.make()
        #expect(machine.submit(1, "a") == nil)
        #expect(machine.next() == "write a")
        #expect(machine.end(.shuttingDown, waitsForCurrent: true) == [])
        #expect(machine.end(.writeTimedOut(after: .seconds(30)), waitsForCurrent: false) == ["a"])
        #expect(machine.endingName == "writeTimedOut")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The first end counts`() {
        var machine = TestMachine.make()
        #expect(machine.end(.clientDisconnected(), waitsForCurrent: false) == [])
        #expect(machine.end(.shuttingDown, waitsForCurrent: true) == [])
        #expect(machine.end(.streamEnded, waitsForCurrent: false) == [])
        machine.finish()
        #expect(machine.endingName == "clientDisconnected")

        var shutDown = TestMachine.make()
        #expect(shutDown.end(.shuttingDown, waitsForCurrent: true) == [])
        #expect(shutDown.end(.clientDisconnected(), waitsForCurrent: false) == [])
        #expect(shutDown.endingName == "shuttingDown")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream that was only to write what is queued can still be cut short`() {
        var machine = TestMachine.make()
        #expect(machine.submit(1, "a") == nil)
        machine.finish()
        #expect(machine.end(.clientDisconnected(), waitsForCurrent: false) == ["a"])
        #expect(machine.endingName == "clientDisconnected")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A keep-alive comment that is cut short has nobody to tell`() {
        var machine = TestMachine.make()
        #expect(machine.submitKeepAlive(at: 15) == true)
        #expect(machine.next(at: 15) == "write :")
        #expect(machine.end(.clientDisconnected(), waitsForCurrent: false) == [])
        #expect(machine.endingName == "clientDisconnected")
    }
}
