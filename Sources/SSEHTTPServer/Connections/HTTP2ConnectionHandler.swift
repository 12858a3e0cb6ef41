internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import Synchronization

/// Looks after a connection of HTTP/2 as a whole: closes it when it is idle or broken, and in order when the server
/// shuts down.
///
/// The first request has to come as soon as on a connection of HTTP/1. After that the connection may stay without
/// streams as long as one of HTTP/1 without requests; while there are streams, their own deadlines are enough.
@available(SwiftSSE 1.0, *)
final class HTTP2ConnectionHandler: ChannelInboundHandler, Deadlined {
    typealias InboundIn = HTTP2Frame

    private let server: HTTPServer
    private let output: FlushCoalescer
    private let deadlines: DeadlineList
    private let isRefused: Bool
    private let isKept: Bool
    let isSecure: Bool
    private let firstDeadline: NIODeadline
    private var context: ChannelHandlerContext?
    private var openStreams: Set<HTTP2StreamID> = []
    /// Those that were closed before they were opened: their first frame was wrong, and the news of their end comes
    /// first.
    private var closedEarly: Set<HTTP2StreamID> = []
    /// How many bytes the bodies hold that come over this connection.
    var heldBytes = 0
    /// What the bodies' small pieces may still cost that come over this connection.
    var partAllowance = PartAllowance()
    private var isEnding = false
    /// When the connection is closed, whatever streams it has.
    private var end: NIODeadline?
    var deadlineIndex = -1

    /// - Parameters:
    ///   - output: What the frames go through.
    ///   - connection: Where the connection comes from. It is not kept if all is refused on it, nor for longer than its
    ///     first streams if it has one of the places for those who do not subscribe.
    ///   - firstDeadline: When the first request has to be there.
    init(
        _ server: HTTPServer,
        _ deadlines: DeadlineList,
        output: FlushCoalescer,
        connection: ConnectionOrigin,
        isSecure: Bool,
        firstDeadline: NIODeadline
    ) {
        self.server = server
        self.deadlines = deadlines
        self.output = output
        self.isRefused = connection.refusal != nil
        self.isKept = connection.isKept
        self.isSecure = isSecure
        self.firstDeadline = firstDeadline
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.deadlines.set(self, at: self.firstDeadline)
        self.server.http2Connections.insert(self, context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadlines.remove(self)
        self.context = nil
        self.server.http2Connections.remove(self)
    }

    // MARK: Streams

    /// - Returns: Whether the stream is open, and not closed already.
    func streamOpened(_ id: HTTP2StreamID) -> Bool {
        guard self.closedEarly.remove(id) == nil else { return false }
        self.openStreams.insert(id)
        if !self.isRefused, self.end == nil { self.deadlines.remove(self) }
        return true
    }

    /// - Returns: Whether the stream was open.
    func streamClosed(_ id: HTTP2StreamID) -> Bool {
        guard self.openStreams.remove(id) != nil else {
            self.closedEarly.insert(id)
            return false
        }
        self.setIdleDeadline()
        return true
    }

    private func setIdleDeadline() {
        guard self.openStreams.isEmpty, !self.isRefused, self.end == nil, self.context != nil else { return }
        let configuration = self.server.configuration
        let keepAlive = self.isKept ? .zero : configuration.keepAliveTimeout
        let timeout = self.isEnding ? configuration.requestTimeout : keepAlive
        self.deadlines.set(self, in: TimeAmount(timeout))
    }

    // MARK: The end

    /// Closes the connection with all its streams, since what comes over it costs more than it is worth.
    func cut() { self.context?.close(promise: nil) }

    func deadlineExceeded() {
        guard let context else { return }
        guard !self.isEnding, !self.isRefused else { return context.close(promise: nil) }
        self.beginEnding()
        // For a client that does not answer.
        self.deadlines.set(self, in: TimeAmount(self.server.configuration.requestTimeout))
    }

    /// Has the client open no more streams, and closes the connection when those that there are have ended, or when it
    /// is time.
    func end(at deadline: NIODeadline) {
        guard self.context != nil, self.end == nil else { return }
        self.end = deadline
        self.deadlines.set(self, at: deadline)
        self.beginEnding()
    }

    private func beginEnding() {
        guard !self.isEnding else { return }
        self.isEnding = true
        // For the handler that says GOAWAY.
        self.context?.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What is not for a stream has been looked after by the handlers before this one.
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Who cannot answer any more cannot speak HTTP/2.
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Otherwise only a stream is broken, and has been reset.
        if self.output.hasSaidError { context.close(promise: nil) }
    }
}

/// Tells those who look after a connection of HTTP/2 of its streams.
@available(SwiftSSE 1.0, *)
struct StreamDelegate: NIOHTTP2StreamDelegate {
    let management: NIOHTTP2ServerConnectionManagementHandler.HTTP2StreamDelegate
    let connection: NIOLoopBound<HTTP2ConnectionHandler>

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
        guard self.connection.value.streamOpened(id) else { return }
        self.management.streamCreated(id, channel: channel)
    }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
        // A stream whose first frame is wrong is closed without having been opened, and the management would stop the
        // process for that in a debug build.
        guard self.connection.value.streamClosed(id) else { return }
        self.management.streamClosed(id, channel: channel)
    }
}

/// The connections of HTTP/2, which are told when the server shuts down.
@available(SwiftSSE 1.0, *)
final class HTTP2Connections: Sendable {
    private struct Entry {
        let handler: NIOLoopBound<HTTP2ConnectionHandler>
        let channel: any Channel
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    var count: Int { self.entries.withLock { $0.count } }

    func insert(_ handler: HTTP2ConnectionHandler, _ channel: any Channel) {
        let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        self.entries.withLock { $0[ObjectIdentifier(handler)] = Entry(handler: bound, channel: channel) }
    }

    func remove(_ handler: HTTP2ConnectionHandler) {
        self.entries.withLock { $0[ObjectIdentifier(handler)] = nil }
    }

    /// Has all connections end with their streams.
    ///
    /// - Parameter timeout: When they are closed if they have streams still.
    /// - Returns: What is fulfilled as they are closed.
    func end(within timeout: TimeAmount) -> [EventLoopFuture<Void>] {
        self.entries.withLock { Array($0.values) }.map { entry in
            let eventLoop = entry.channel.eventLoop
            eventLoop.execute { entry.handler.value.end(at: eventLoop.now + timeout) }
            return entry.channel.closeFuture
        }
    }
}
