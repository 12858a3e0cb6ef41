internal import NIOCore
internal import ServerSentEvents

/// Reads the response with an event stream, on the event loop of the client's channel.
@available(SwiftSSE 1.0, *)
final class StreamReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// How far a stream has come.
    struct Progress: Sendable {
        var head: StreamHead?
        /// The last event of the log.
        var lastEvent: String?
        var itemCount = 0
        /// How many events have come with a topic.
        var topicCount = 0
        /// Whether the body has ended as it should.
        var hasEnded = false
        /// Whether the connection is closed.
        var isClosed = false
        var failure: String?
    }

    private struct Waiter {
        let isSatisfied: @Sendable (Progress) -> Bool
        let promise: EventLoopPromise<Void>
    }

    private(set) var progress = Progress()
    private var items: [StreamItem] = []
    private var bytes = ByteBuffer()
    private var body = ChunkedBody()
    private var waiters: [Waiter] = []

    /// What has come since this was last asked for.
    func takeItems() -> [StreamItem] {
        defer { self.items = [] }
        return self.items
    }

    /// Is fulfilled when the stream has come so far.
    func wait(
        on eventLoop: any EventLoop,
        until isSatisfied: @escaping @Sendable (Progress) -> Bool
    ) -> EventLoopPromise<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        self.waiters.append(Waiter(isSatisfied: isSatisfied, promise: promise))
        self.notify()
        if self.progress.isClosed { self.failWaiters() }
        return promise
    }

    private func notify() {
        self.waiters.removeAll { waiter in
            guard waiter.isSatisfied(self.progress) else { return false }
            waiter.promise.succeed(())
            return true
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var new = self.unwrapInboundIn(data)
        self.bytes.writeBuffer(&new)
        if self.progress.head == nil { self.readHead() }
        // What answers without chunks is a refusal, whose body does not matter.
        if let head = self.progress.head, head["Transfer-Encoding"] != nil { self.readBody() }
        self.notify()
    }

    private func readHead() {
        let view = self.bytes.readableBytesView
        let end = Array("\r\n\r\n".utf8)
        guard let start = view.indices.first(where: { view[$0...].starts(with: end) }),
            let text = self.bytes.readString(length: start + 4 - view.startIndex)
        else { return }
        self.progress.head = StreamHead(text)
    }

    private func readBody() {
        guard self.progress.failure == nil else { return }
        do {
            let items = try self.body.read(&self.bytes)
            self.items += items
            self.progress.itemCount += items.count
            self.progress.topicCount = self.body.topicCount
            self.progress.hasEnded = self.body.hasEnded
            if let event = items.last(where: { $0.event != nil })?.event { self.progress.lastEvent = event.data }
        } catch {
            self.progress.failure = "\(error)"
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.progress.isClosed = true
        self.notify()
        self.failWaiters()
    }

    private func failWaiters() {
        for waiter in self.waiters { waiter.promise.fail(ChannelError.alreadyClosed) }
        self.waiters = []
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
