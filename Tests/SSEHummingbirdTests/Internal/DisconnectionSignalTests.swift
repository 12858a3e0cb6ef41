internal import SSETestSupport
internal import Testing

@testable internal import SSEHummingbird

/// Who is told that a client has left.
struct DisconnectionSignalTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `The handler that was set last is told, once`() {
        let log = Log<Int>()
        let disconnection = Disconnection()
        disconnection.setHandler { log.append(1) }
        disconnection.setHandler { log.append(2) }
        #expect(log.entries == [])
        disconnection.signal()
        disconnection.signal()
        #expect(log.entries == [2])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A handler that comes too late is told at once`() {
        let log = Log<Int>()
        let disconnection = Disconnection()
        disconnection.signal()
        disconnection.setHandler { log.append(1) }
        #expect(log.entries == [1])
    }
}
