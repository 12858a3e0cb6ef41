internal import NIOCore
internal import NIOEmbedded
internal import SSEBroker
internal import Testing

@testable internal import SSEServer

/// Clients of channels that are no sockets, such as streams of HTTP/2, who are slow.
struct ProgressTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Who takes a piece now and then is waited for, who takes nothing any more is not`() throws {
        let subscribers = EmbeddedSubscribers()
        let place = StreamPlace.behind(.httpServerResponsePart)
        let (channel, subscriber) = try subscribers.subscribe(at: place)
        let client = HeldWrites()
        try channel.pipeline.syncOperations.addHandler(client, position: .first)
        channel.isWritable = false
        try subscribers.publish(String(repeating: "x", count: 100_000), to: "t")
        subscribers.run()
        #expect(subscriber.machine?.state == .blocked)
        // The write timeout is 10 seconds.
        var pieces = 0
        while client.takeOne() {
            pieces += 1
            subscribers.eventLoop.advanceTime(by: .seconds(8))
            #expect(channel.isActive, "after \(pieces) pieces")
        }
        #expect(pieces > 5)
        subscribers.eventLoop.advanceTime(by: .seconds(4))
        #expect(!channel.isActive && subscribers.ends == [.writeTimeout])
    }
}

/// A client that takes one write when it is told to.
private final class HeldWrites: ChannelOutboundHandler {
    typealias OutboundIn = Any

    private var promises: [EventLoopPromise<Void>] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if let promise { self.promises.append(promise) }
    }

    /// - Returns: Whether there was one.
    func takeOne() -> Bool {
        guard !self.promises.isEmpty else { return false }
        self.promises.removeFirst().succeed()
        return true
    }
}
