internal import NIOCore
internal import NIOPosix
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Synchronization
internal import Testing

@testable internal import SSEServer

/// The turns of a real event loop while somebody catches up.
@Suite(.timeLimit(.minutes(3)))
struct CatchUpTurnTests {
    /// The most tasks that an event loop has done without looking at its sockets.
    private final class Ticks: NIOEventLoopMetricsDelegate {
        private let counted = Atomic(0)

        var most: Int { self.counted.load(ordering: .relaxed) }

        func processedTick(info: NIOEventLoopTickInfo) {
            self.counted.max(info.numberOfTasks, ordering: .relaxed)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The sockets have their turn between those of a client that takes long to catch up`() async throws {
        let ticks = Ticks()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1, metricsDelegate: ticks)
        let broker = Broker()
        // A hundred templates times sixteen variables times bytes: sixty turns.
        let topic = try Topic(String(repeating: "x-", count: 200))
        for number in 0..<40 { try await broker.publish(ServerSentEvent(data: "\(number)"), to: topic) }
        let variables = "abcdefghijklmnop".map { "{\($0)}" }.joined(separator: "-")
        let selection = TopicSelection(
            try (0..<100).map { try TopicSelector.template(URITemplate("\(variables)!\($0)")) }
        )
        let fanOut = FanOut(broker)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let channel = try await ClientBootstrap(group: group)
            .connect(host: "127.0.0.1", port: server.localAddress?.port ?? 0).get()
        let admission = try fanOut.admit(selection, from: .earliest)
        let stream = try await channel.eventLoop.submit {
            try fanOut.attach(channel, admission, at: .http1(isChunked: false, isNextToSocket: false))
        }.get()
        try await waitUntil {
            try await channel.eventLoop.submit { stream.machine?.state == .joined }.get()
        }
        // A thread that the system has paused, or that a sanitizer slows down, finds several turns due at once; all of them would
        // be eighty tasks.
        #expect(ticks.most < 70, "Sixty turns are in many ticks.")
        try await channel.close()
        try await server.close()
        try await group.shutdownGracefully()
    }
}
