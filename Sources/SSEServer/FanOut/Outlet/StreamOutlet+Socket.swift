internal import NIOCore

// Past the channel: what is sent to the socket itself, and what is to be seen of it.
@available(SwiftSSE 1.0, *)
extension StreamOutlet {
    // MARK: Sending

    func sendToSocket(
        _ batch: FrameBatch,
        _ held: HeldFrames,
        _ context: ChannelHandlerContext
    ) -> SendResult<FrameBatch.Mark> {
        let count = self.sendToSocket(batch.bytes)
        if count == batch.bytes.readableBytes { return .all }
        guard count >= 0 else { return .nothing }
        // The socket is full. The event that is cut has to be completed; the others stay in the log.
        let index = batch.index(cutAt: count)
        self.complete(held.rest(of: batch, at: index, from: count, self.framing), context)
        return self.full(batch.marks[index])
    }

    /// How many bytes the socket took, negative if it is broken.
    ///
    /// Only on the event loop, while the channel is open: then it still owns the descriptor, and since it has nothing
    /// to write itself, bytes cannot overtake others.
    func sendToSocket(_ bytes: ByteBuffer) -> Int {
        bytes.withUnsafeReadableBytes { SocketQueue.send($0, to: self.descriptor) }
    }

    /// Leaves to the channel what the socket did not take, and tells when that has been taken.
    func complete(_ rest: (bytes: ByteBuffer, frame: HeldFrame?), _ context: ChannelHandlerContext) {
        self.rest = EventRest((ByteBuffer(), rest.frame))
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess {
            self.rest = nil
            self.inbox.push(.writable, self.id)
        }
        context.writeAndFlush(self.wrapOutboundOut(rest.bytes), promise: promise)
    }

    // MARK: Progress

    /// A Boolean value that indicates whether the client has taken anything since this was last asked.
    func hasProgressed() -> Bool {
        guard self.descriptor >= 0 else {
            defer { self.hasSentPiece = false }
            return self.hasSentPiece
        }
        guard self.isOpen, let pending = self.pendingBytes,
            let unacknowledged = SocketQueue.unacknowledgedBytes(of: self.descriptor)
        else {
            return false
        }
        let left = (self.rest?.bytes.readableBytes ?? 0) + pending + unacknowledged
        defer { self.leftBytes = left }
        return left < self.leftBytes
    }

    /// How many bytes the channel has still to write, `nil` if it does not know. Only channels of sockets do, and
    /// asking others would end the process.
    var pendingBytes: Int? {
        guard self.descriptor >= 0 else { return nil }
        return try? self.channel.syncOptions?.getOption(.bufferedWritableBytes)
    }

    /// The answer when the connection takes no more: its progress counts from now.
    func full<Place>(_ place: Place) -> SendResult<Place> {
        self.resetProgress()
        return .some(place)
    }

    /// Begins anew with what ``hasProgressed()`` tells of.
    func resetProgress() {
        self.leftBytes = .max
        self.hasSentPiece = false
    }

    // MARK: The connection

    /// The connection that carries this stream among others, `nil` if it has one of its own.
    var sharedConnection: (any Channel)? { self.descriptor < 0 ? self.channel.parent : nil }

    /// The other end of the connection. One that cannot be seen, as of what is no socket, counts as settled.
    func peer() -> PeerState {
        // The descriptor is its owner's while that is open.
        guard self.isOpen, self.connectionDescriptor >= 0, self.sharedConnection?.isActive ?? true else {
            return .settled
        }
        return SocketQueue.peer(of: self.connectionDescriptor)
    }

    /// Closes the stream at once, with what its client has not taken. Nothing else on the connection is touched.
    func drop() {
        self.rest = nil
        if self.descriptor >= 0 {
            self.channel.abort()
        } else {
            self.context?.close(promise: nil)
        }
    }

    /// Closes the connection at once, with all that it carries.
    ///
    /// - Returns: The connection, if others have streams on it.
    func abandon() -> (any Channel)? {
        self.rest = nil
        let shared = self.sharedConnection
        (shared ?? self.channel).abort()
        return shared
    }
}
