internal import NIOCore
internal import NIOEmbedded
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEServer

/// Events of which connections have taken a part: how much of them is held, and for how long.
struct HeldFramesTests {
    private static let size = 100_000

    @available(SwiftSSE 1.0, *)
    private static func batch(_ sizes: [Int], from first: UInt64 = 1) throws -> FrameBatch {
        let records = try records(sizes.map { String(repeating: "x", count: $0) }, from: first)
        return FrameBatch(records, cursor: first + UInt64(sizes.count), .plain)
    }

    /// Where in memory the bytes begin.
    private static func address(_ bytes: ByteBuffer) -> UnsafeRawPointer? {
        bytes.withUnsafeReadableBytes { $0.baseAddress }
    }

    // MARK: The table

    @available(SwiftSSE 1.0, *)
    @Test func `An event by itself is held once, in the bytes that were sent, until the last has it`() throws {
        let held = HeldFrames()
        let batch = try Self.batch([Self.size])
        let count = batch.bytes.readableBytes
        do {
            let first = held.rest(of: batch, at: 0, from: 10, .plain)
            do {
                let second = held.rest(of: batch, at: 0, from: 50_000, .plain)
                #expect(held.count == 1 && held.byteCount == count)
                for (rest, start) in [(first, 10), (second, 50_000)] {
                    #expect(Self.address(rest.bytes) == Self.address(batch.bytes).map { $0 + start })
                    #expect(rest.bytes == batch.bytes.getSlice(at: start, length: count - start))
                }
                #expect(first.frame === second.frame)
                withExtendedLifetime(second) {}
            }
            #expect(held.count == 1 && held.byteCount == count)
            withExtendedLifetime(first) {}
        }
        #expect(held.count == 0 && held.byteCount == 0 && held.oldest == nil)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An event among others is taken out of them once, and is the same in whatever batch it is cut`() throws {
        let held = HeldFrames()
        let first = try Self.batch([500, Self.size, 500])
        let second = try Self.batch([Self.size, 700_000], from: 2)
        let start = first.range(at: 1).lowerBound
        let rests = [
            held.rest(of: first, at: 1, from: start + 7, .plain), held.rest(of: second, at: 0, from: 7, .plain),
        ]
        #expect(rests[0].frame === rests[1].frame)
        #expect(held.byteCount == first.range(at: 1).count)
        for rest in rests {
            #expect(rest.bytes == second.bytes.getSlice(at: 7, length: second.range(at: 0).count - 7))
            #expect(Self.address(rest.bytes) != Self.address(first.bytes).map { $0 + start + 7 })
            #expect(Self.address(rest.bytes) != Self.address(second.bytes).map { $0 + 7 })
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Little is copied, so that it keeps no buffer, and is not counted`() throws {
        let held = HeldFrames()
        let batch = try Self.batch([Self.size])
        let count = batch.bytes.readableBytes
        let rest = held.rest(of: batch, at: 0, from: count - HeldFrames.copiedBytes, .plain)
        #expect(rest.frame == nil && held.byteCount == 0)
        #expect(rest.bytes.readableBytes == HeldFrames.copiedBytes)
        #expect(Self.address(rest.bytes) != Self.address(batch.bytes).map { $0 + count - HeldFrames.copiedBytes })
        #expect(held.rest(of: batch, at: 0, from: count - HeldFrames.copiedBytes - 1, .plain).frame != nil)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Events of another log, in another framing, and with what one group is told, are others`() throws {
        let held = HeldFrames()
        let batch = try Self.batch([Self.size])
        let event = ServerSentEvent(data: String(repeating: "y", count: Self.size))
        let position = EventPosition(epoch: 2, sequence: 1)
        let other = FrameBatch([try LogRecord(position: position, topics: ["a"], event: event)], cursor: 1, .plain)
        let fields = Array("topic: \(event.data)\n".utf8)
        let told = FrameBatch([try records([""])[0].preceded(by: fields)], cursor: 1, .plain, owner: 7)
        let rests = [
            held.rest(of: batch, at: 0, from: 0, .plain), held.rest(of: batch, at: 0, from: 0, .chunked),
            held.rest(of: other, at: 0, from: 0, .plain), held.rest(of: told, at: 0, from: 0, .plain),
        ]
        #expect(held.count == 4 && rests[2].bytes == other.bytes && rests[3].bytes == told.bytes)
        // The first that came is the oldest.
        #expect(held.oldest == rests[0].frame?.number)
    }

    // MARK: Subscribers whose channel takes a piece when it is told to

    @available(SwiftSSE 1.0, *)
    private static func subscribe(
        _ subscribers: EmbeddedSubscribers
    ) throws -> (channel: EmbeddedChannel, client: SlowClient, stream: ServedStream) {
        let (channel, stream) = try subscribers.subscribe()
        let client = SlowClient(channel)
        try channel.pipeline.syncOperations.addHandler(client, position: .first)
        subscribers.run()
        return (channel, client, stream)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `However many are slow, a large event is held once, and comes whole`() throws {
        let subscribers = EmbeddedSubscribers()
        let slow = try (0..<5).map { _ in try Self.subscribe(subscribers) }
        let held = slow[0].stream.shard.value.held
        let data = String(repeating: "x", count: 1_000_000)
        for (_, client, _) in slow { client.takesAll = false }
        try subscribers.publish(data, to: "t")
        try subscribers.publish("next", to: "t")
        subscribers.run()
        #expect(held.count == 1 && (1_000_000..<1_001_000).contains(held.byteCount))
        for (_, client, stream) in slow {
            #expect(stream.machine?.state == .blocked)
            // What a channel makes its own: as much as it takes at a time, and a piece.
            #expect(client.heldBytes <= 80 * 1024)
        }
        for (index, (_, client, stream)) in slow.enumerated() {
            #expect(held.count == 1)
            while client.takeOne() { #expect(client.heldBytes <= 80 * 1024) }
            client.takesAll = true
            subscribers.run()
            #expect(try client.data() == [data, "next"])
            #expect(stream.machine?.state == .joined)
            #expect(held.count == (index == 4 ? 0 : 1))
        }
        for (channel, _, _) in slow { _ = try channel.finish() }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who leaves lets go of what it holds`() throws {
        let subscribers = EmbeddedSubscribers()
        let (channel, client, stream) = try Self.subscribe(subscribers)
        let held = stream.shard.value.held
        client.takesAll = false
        try subscribers.publish(String(repeating: "x", count: 1_000_000), to: "t")
        subscribers.run()
        #expect(held.count == 1)
        channel.close(promise: nil)
        // At once, whoever still refers to it.
        #expect(held.count == 0 && held.byteCount == 0)
        subscribers.run()
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A channel that takes more before the rest is through is given nothing else, and everything after it`()
        throws
    {
        let subscribers = EmbeddedSubscribers()
        let (channel, client, stream) = try Self.subscribe(subscribers)
        client.takesAll = false
        let data = String(repeating: "x", count: 300_000)
        try subscribers.publish(data, to: "t")
        try subscribers.publish("next", to: "t")
        subscribers.run()
        client.staysWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        subscribers.run()
        #expect(stream.machine?.state == .blocked)
        while client.takeOne() {}
        subscribers.run()
        while client.takeOne() {}
        #expect(try client.data() == [data, "next"])
        _ = try channel.finish()
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A channel that was full for a moment only, while it was written to, is given nothing before the rest`()
        throws
    {
        let subscribers = EmbeddedSubscribers()
        let (channel, client, _) = try Self.subscribe(subscribers)
        client.takesAll = false
        client.flickers = 4
        let data = String(repeating: "x", count: 300_000)
        try subscribers.publish(data, to: "t")
        try subscribers.publish("next", to: "t")
        subscribers.run()
        while client.takeOne() { subscribers.run() }
        #expect(try client.data() == [data, "next"])
        _ = try channel.finish()
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A stream that ends meanwhile ends behind the whole event`() throws {
        let subscribers = EmbeddedSubscribers()
        let (channel, client, stream) = try Self.subscribe(subscribers)
        client.takesAll = false
        let data = String(repeating: "x", count: 300_000)
        try subscribers.publish(data, to: "t")
        subscribers.run()
        stream.end()
        #expect(stream.machine?.state == .ending && channel.isActive)
        while client.takeOne() {}
        subscribers.run()
        #expect(try client.data() == [data])
        #expect(!channel.isActive && subscribers.ends == [.shutdown])
    }

    @available(SwiftSSE 1.0, *)
    @Test func `If too much is held, those end who hold the oldest, and nobody else`() throws {
        var configuration = FanOutConfiguration.defaults
        #expect(configuration.maximumHeldBytes == 32 * 1024 * 1024)
        configuration.maximumHeldBytes = 250_000
        let subscribers = EmbeddedSubscribers(.defaults, configuration)
        let clients = try (0..<4).map { _ in try Self.subscribe(subscribers) }
        let held = clients[0].stream.shard.value.held
        let data = (0..<3).map { "\($0)" + String(repeating: "x", count: 120_000) }
        // Two hold the first event, the third the second, and the last takes everything.
        for (_, client, _) in clients[..<2] { client.takesAll = false }
        try subscribers.publish(data[0], to: "t")
        subscribers.run()
        clients[2].client.takesAll = false
        try subscribers.publish(data[1], to: "t")
        subscribers.run()
        #expect(held.count == 2 && subscribers.ends == [])
        // The third takes that one, and holds the next: now there are two again.
        while clients[2].client.takeOne() {}
        try subscribers.publish(data[2], to: "t")
        subscribers.run()
        #expect(held.count == 2 && subscribers.ends == [])
        // Another comes that holds one more.
        let late = try Self.subscribe(subscribers)
        late.client.takesAll = false
        try subscribers.publish(data[0], to: "t")
        subscribers.run()
        #expect(subscribers.ends == [.slow, .slow])
        #expect(clients.map(\.channel.isActive) == [false, false, true, true] && late.channel.isActive)
        #expect(held.count == 2 && held.byteCount <= 250_000)
        #expect(try clients[3].client.data() == data + [data[0]])
        for (channel, client, _) in clients[2...] + [late] {
            client.takesAll = true
            _ = try channel.finish()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `One event may be held, however large it is`() throws {
        var configuration = FanOutConfiguration.defaults
        configuration.maximumHeldBytes = 1000
        let subscribers = EmbeddedSubscribers(.defaults, configuration)
        let (channel, client, stream) = try Self.subscribe(subscribers)
        client.takesAll = false
        let data = String(repeating: "x", count: 500_000)
        try subscribers.publish(data, to: "t")
        subscribers.run()
        #expect(stream.shard.value.held.count == 1 && channel.isActive)
        client.takesAll = true
        while client.takeOne() {}
        subscribers.run()
        #expect(try client.data() == [data])
        _ = try channel.finish()
    }
}

/// A client that takes everything at once, or one write when it is told to.
@available(SwiftSSE 1.0, *)
private final class SlowClient: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private let channel: EmbeddedChannel
    private var waiting: [(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)] = []
    private var taken: [UInt8] = []

    var takesAll = true {
        didSet {
            if self.takesAll { while self.takeOne() {} }
            self.tell()
        }
    }

    /// How many writes fill its channel for a moment only.
    var flickers = 0

    /// Whether its channel takes more whatever it has still to take.
    var staysWritable = false { didSet { self.channel.isWritable = true } }

    /// How many bytes it has still to take.
    var heldBytes: Int { self.waiting.reduce(0) { $0 + $1.bytes.readableBytes } }

    init(_ channel: EmbeddedChannel) {
        self.channel = channel
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.waiting.append((self.unwrapOutboundIn(data), promise))
        guard self.flickers == 0 else {
            self.flickers -= 1
            for isWritable in [false, true] {
                self.channel.isWritable = isWritable
                self.channel.pipeline.fireChannelWritabilityChanged()
            }
            return
        }
        if self.takesAll { while self.takeOne() {} }
        self.tell()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        let waiting = self.waiting
        self.waiting = []
        for (_, promise) in waiting { promise?.fail(ChannelError.ioOnClosedChannel) }
        context.close(mode: mode, promise: promise)
    }

    /// Takes one write.
    ///
    /// - Returns: Whether there was one.
    func takeOne() -> Bool {
        guard !self.waiting.isEmpty else { return false }
        let (bytes, promise) = self.waiting.removeFirst()
        self.taken += bytes.readableBytesView
        promise?.succeed()
        self.tell()
        return true
    }

    private func tell() {
        let isWritable = self.staysWritable || self.waiting.isEmpty
        guard self.channel.isWritable != isWritable else { return }
        self.channel.isWritable = isWritable
        self.channel.pipeline.fireChannelWritabilityChanged()
    }

    /// The data of the events that it has taken.
    func data() throws -> [String] {
        var parser = EventStreamParser()
        return try parser.parse(self.taken).compactMap { item in
            if case .event(let event) = item { event.data } else { nil }
        }
    }
}
