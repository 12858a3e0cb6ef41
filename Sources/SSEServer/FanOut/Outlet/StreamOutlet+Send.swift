internal import NIOCore

/// The rest of an event of which a connection has taken a part, on its way.
@available(SwiftSSE 1.0, *)
final class EventRest {
    /// The bytes that the channel has still to be given.
    var bytes: ByteBuffer
    /// Whose bytes these are, and what is shared with others; `nil` if they are a copy.
    private let frame: HeldFrame?
    /// The bytes that end the stream behind them, if it is to end.
    var lastBytes: ByteBuffer?
    /// A Boolean value that indicates whether a piece is being written, and whether the last one has been taken.
    fileprivate var isWriting = false
    fileprivate var isTaken = true

    init(_ rest: (bytes: ByteBuffer, frame: HeldFrame?)) {
        (self.bytes, self.frame) = rest
    }

    /// A Boolean value that indicates whether the bytes are those of the event that is held by this number.
    func holds(_ number: UInt64) -> Bool { self.frame?.number == number }
}

// Through a channel, which has something of its own to do before the socket, such as TLS, or is none of a socket's.
@available(SwiftSSE 1.0, *)
extension StreamOutlet {
    /// The most bytes that are written to a channel before it is asked whether it takes more.
    private static let maximumWriteBytes = 64 * 1024
    /// The most bytes of a piece whose progress can be seen: as many as a frame of HTTP/2, or a record of TLS, carries.
    private static let pieceBytes = 16 * 1024
    /// So few bytes a client takes in time, or it counts as gone.
    private static let untrackedBytes = 4 * 1024

    func sendToChannel(
        _ batch: FrameBatch,
        _ held: HeldFrames,
        _ context: ChannelHandlerContext
    ) -> SendResult<FrameBatch.Mark> {
        let end = batch.bytes.writerIndex
        var start = 0
        while true {
            let length = min(Self.maximumWriteBytes, end - start)
            guard let bytes = batch.bytes.getSlice(at: start, length: length) else { return .nothing }
            self.write(bytes, context)
            context.flush()
            start += length
            guard self.channel.isWritable else { return self.stop(batch, at: start, held) }
            if start == end { return .all }
        }
    }

    /// Leaves it at what has been written, and the rest of an event that is cut for later: a channel would make it
    /// bytes of its own, as TLS does, for each subscriber.
    private func stop(_ batch: FrameBatch, at count: Int, _ held: HeldFrames) -> SendResult<FrameBatch.Mark> {
        let index = batch.index(cutAt: count - 1)
        if batch.marks[index].end > count {
            self.rest = EventRest(held.rest(of: batch, at: index, from: count, self.framing))
            self.writeRest()
        }
        return self.full(batch.marks[index])
    }

    /// Writes what is left of an event, a piece at a time, and tells when all of it has been taken.
    private func writeRest() {
        guard let rest, !rest.isWriting, let context else { return }
        rest.isWriting = true
        defer { rest.isWriting = false }
        // In a loop, since a piece may be taken at once, and there may be many.
        while rest.isTaken, self.rest === rest {
            guard let piece = rest.bytes.readSlice(length: min(Self.pieceBytes, rest.bytes.readableBytes)),
                piece.readableBytes > 0
            else {
                return self.restIsTaken(rest)
            }
            rest.isTaken = false
            let promise = context.eventLoop.makePromise(of: Void.self)
            promise.futureResult.assumeIsolated().whenSuccess {
                rest.isTaken = true
                self.hasSentPiece = true
                self.writeRest()
            }
            context.writeAndFlush(self.wrap(piece), promise: promise)
        }
    }

    private func restIsTaken(_ rest: EventRest) {
        self.rest = nil
        if let lastBytes = rest.lastBytes { return self.end(lastBytes) }
        // Otherwise the channel tells.
        if self.channel.isWritable { self.inbox.push(.writable, self.id) }
    }

    /// Writes events into the channel. One that is no socket, such as a stream of HTTP/2, does not say how much of that
    /// is still to be taken, so what is long goes in pieces, each of which tells when the windows have let it through.
    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard self.descriptor < 0, bytes.readableBytes > Self.untrackedBytes else {
            return context.write(self.wrap(bytes), promise: nil)
        }
        var rest = bytes
        while let piece = rest.readSlice(length: min(Self.pieceBytes, rest.readableBytes)), piece.readableBytes > 0 {
            let promise = context.eventLoop.makePromise(of: Void.self)
            promise.futureResult.assumeIsolated().whenSuccess { self.hasSentPiece = true }
            context.write(self.wrap(piece), promise: promise)
        }
    }

    func wrap(_ bytes: ByteBuffer) -> NIOAny {
        if case .parts(let parts) = self.kind { return parts.body(bytes) }
        return self.wrapOutboundOut(bytes)
    }
}
