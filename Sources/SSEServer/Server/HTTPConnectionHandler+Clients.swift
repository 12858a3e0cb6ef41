internal import NIOCore
internal import NIOHTTP1

// What requests cost, and whom.
@available(SwiftSSE 1.0, *)
extension HTTPConnectionHandler {
    func makeRequest(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> ServerRequest {
        let remoteAddress = context.channel.remoteAddress
        let origin = self.server.proxies.origin(head.headers, from: remoteAddress.flatMap(IPAddress.init))
        self.clientAddress = origin?.address?.description
        return ServerRequest(
            head: head,
            body: ByteBuffer(),
            remoteAddress: remoteAddress,
            isSecure: origin?.isSecure ?? self.transport.isSecure,
            forwardedAddress: origin?.address
        )
    }

    /// Counts a request that a trusted proxy has forwarded for its client.
    ///
    /// - Returns: Whether it is not one too many.
    func count(_ request: ServerRequest) -> Bool {
        guard let address = request.forwardedAddress else { return true }
        guard self.server.connections.insertForwarded(address) else { return false }
        self.countedClient = address
        return true
    }

    /// Counts bytes that a request's body gets among those that its connection of HTTP/2 holds.
    ///
    /// - Returns: Whether they are not too many.
    func hold(_ count: Int) -> Bool {
        guard let connection = self.transport.connection else { return true }
        guard connection.heldBytes + count <= 4 * self.server.configuration.maximumBodyBytes else { return false }
        connection.heldBytes += count
        self.heldBytes += count
        return true
    }

    /// Counts out the request that has been looked after.
    func releaseRequest() {
        if let countedClient { self.server.connections.removeForwarded(countedClient) }
        self.countedClient = nil
        self.transport.connection?.heldBytes -= self.heldBytes
        self.heldBytes = 0
    }

    /// Counts out the client of a stream when that is over.
    func leaveClient(to channel: any Channel) {
        guard let countedClient else { return }
        self.countedClient = nil
        let connections = self.server.connections
        channel.closeFuture.whenComplete { _ in connections.removeForwarded(countedClient) }
    }
}

@available(SwiftSSE 1.0, *)
extension HTTPRequestHead {
    /// Whether this is more than the decoder of HTTP/1 would take.
    func isLarger(thanAllowedBy limits: ServerConfiguration) -> Bool {
        guard self.uri.utf8.count <= limits.maximumHeaderBytes, self.headers.count <= limits.maximumHeaders else {
            return true
        }
        var total = self.uri.utf8.count
        for field in self.headers {
            guard max(field.name.utf8.count, field.value.utf8.count) <= limits.maximumHeaderBytes else { return true }
            total += field.name.utf8.count + field.value.utf8.count
        }
        return total > 2 * limits.maximumHeaderBytes
    }
}
