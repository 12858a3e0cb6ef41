internal import SSEBroker
internal import Testing

@testable internal import SSEServer

/// Whether anybody is at the other end of a connection: the value, told by hand.
struct AcknowledgementTests {
    /// What is seen tick by tick, and for how many ticks the peer has been silent then.
    private func silences(_ peers: [PeerState], from tick: UInt32 = 10) -> [UInt32] {
        var watch = AcknowledgementWatch()
        return peers.enumerated().map { watch.look($1, tick: tick + UInt32($0)) }
    }

    @Test func `A peer is silent from the tick on at which it was first seen not to answer`() {
        let peers = [PeerState.settled, .silent(heard: 7), .silent(heard: 7), .silent(heard: 7)]
        #expect(self.silences(peers) == [0, 0, 1, 2])
        #expect(self.silences(Array(peers.dropFirst())) == [0, 1, 2])
        // The heard number may be the one that the value begins with.
        #expect(self.silences([.silent(heard: 0), .silent(heard: 0)], from: 0) == [0, 1])
    }

    @Test(arguments: [PeerState.settled, .answering, .silent(heard: 8), .silent(heard: 0)])
    func `Whatever comes from it ends the silence`(sign: PeerState) {
        let peers = [PeerState.silent(heard: 7), .silent(heard: 7), sign]
        #expect(self.silences(peers) == [0, 1, 0])
        let heard = if case .silent(let heard) = sign { heard } else { UInt32(7) }
        let again = heard == 7 ? [0, 1, 2] as [UInt32] : [1, 2, 3]
        #expect(self.silences(peers + (0..<3).map { _ in .silent(heard: heard) }).suffix(3) == again)
    }

    @Test func `A peer that takes nothing and answers is never silent`() {
        #expect(self.silences(Array(repeating: .answering, count: 100)).allSatisfy { $0 == 0 })
    }

    @Test func `It need not be looked at again when it has acknowledged everything and nothing was sent`() {
        var watch = AcknowledgementWatch()
        #expect(watch.isDue(lastWrite: 0))
        _ = watch.look(.settled, tick: 5)
        #expect(!watch.isDue(lastWrite: 4))
        // Which may have been after it was looked at.
        #expect(watch.isDue(lastWrite: 5))
        _ = watch.look(.answering, tick: 6)
        #expect(watch.isDue(lastWrite: 5))
    }

    // MARK: The subscriber's machine

    @available(SwiftSSE 1.0, *)
    private static func machine() -> SubscriberMachine {
        let beginning = ResumedCursor(epoch: 1, sequence: 3, outcome: .live, lastEventID: nil)
        let cursor = LogCursor(beginning, .all, .gap, hasEngine: false)
        return SubscriberMachine(cursor, tick: 0, endTick: .max)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [false, true])
    func `A subscriber is given up when its client has been silent for the write timeout`(isBlocked: Bool) {
        var configuration = FanOutConfiguration.defaults
        configuration.writeTimeout = .seconds(3)
        let routine = Routine(configuration)
        var machine = Self.machine()
        var view = SubscriberMachine.View(epoch: 1, head: 3)
        #expect(!machine.isWaitingForPeer)
        _ = machine.opened(isWritable: !isBlocked, view)
        for tick in 1...3 as ClosedRange<UInt32> {
            view.tick = tick
            #expect(machine.isWaitingForPeer)
            #expect(machine.saw(.silent(heard: 1), routine, view) == .nothing)
        }
        view.tick = 4
        #expect(machine.saw(.silent(heard: 1), routine, view) == .abandon)
        #expect(machine.endReason == .gone)
        machine.closed()
        #expect(!machine.isWaitingForPeer && machine.saw(.silent(heard: 1), routine, view) == .nothing)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A client that answers and takes nothing of what is on its way is let go of by the write deadline`() {
        var configuration = FanOutConfiguration.defaults
        configuration.writeTimeout = .seconds(3)
        let routine = Routine(configuration)
        var machine = Self.machine()
        var view = SubscriberMachine.View(epoch: 1, head: 3)
        _ = machine.opened(isWritable: false, view)
        for tick in 1...3 as ClosedRange<UInt32> {
            view.tick = tick
            #expect(machine.saw(.answering, routine, view) == .nothing)
            #expect(machine.tick(hasProgressed: false, routine, view) == .nothing)
        }
        view.tick = 4
        #expect(machine.tick(hasProgressed: false, routine, view) == .drop)
        #expect(machine.endReason == .writeTimeout)
        // Said first.
        #expect(machine.abandon() == .abandon && machine.endReason == .writeTimeout)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Without heartbeats the system asks, and counts a client as gone after the write timeout`() {
        var configuration = FanOutConfiguration.defaults
        #expect(Routine(configuration).keepAlive == nil)
        configuration.heartbeatInterval = nil
        for (timeout, interval) in [(1, 1), (5, 1), (6, 2), (10, 2), (1_000_000, 32_767)] as [(Int, CInt)] {
            configuration.writeTimeout = .seconds(timeout)
            #expect(Routine(configuration).keepAlive?.interval == interval)
            #expect(Routine(configuration).keepAlive?.silence == 15)
        }
    }
}
