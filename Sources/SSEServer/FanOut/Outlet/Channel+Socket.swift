package import NIOCore

// What stands beneath a channel.
@available(SwiftSSE 1.0, *)
extension Channel {
    /// The channel's socket, -1 if it has none. On the channel's event loop only.
    package var descriptor: CInt {
        let descriptor = try? self.pipeline.syncOperations
            .withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        return descriptor ?? -1
    }

    /// The connection that the channel is, or that it is a stream of, as in HTTP/2; `nil` if there is no socket.
    var connection: (any Channel)? {
        if self.descriptor >= 0 { return self }
        return self.parent.flatMap { $0.descriptor >= 0 ? $0 : nil }
    }

    /// Closes a connection whose client takes nothing: nothing is flushed, no farewell of TLS is waited for, and the
    /// system forgets what it has still to send, which it otherwise keeps for minutes. On the channel's event loop only.
    package func abort() {
        guard self.isActive else { return }
        let descriptor = self.descriptor
        // Beneath all that stands in the pipeline, which then finds the socket closed.
        if descriptor >= 0 { SocketQueue.abandon(descriptor) }
        self.close(promise: nil)
    }
}
