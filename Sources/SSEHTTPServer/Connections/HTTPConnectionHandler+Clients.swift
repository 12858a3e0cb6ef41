internal import NIOCore
internal import NIOHTTP1

// What requests cost, and whom.
@available(SwiftSSE 1.0, *)
extension HTTPConnectionHandler {
    func makeRequest(_ head: HTTPRequestHead) -> ServerRequest {
        let origin = self.connection.isTrusted ? self.server.proxies.origin(head.headers) : nil
        self.forwardedAddress = origin?.address
        return ServerRequest(
            head: head,
            body: ByteBuffer(),
            connection: self.connection,
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

    /// Counts bytes that a request's body gets among those that its connection of HTTP/2 holds, and the server.
    ///
    /// - Returns: Why they are too many, `nil` if they are not.
    func hold(_ count: Int) -> String? {
        if let connection = self.transport.connection,
            connection.heldBytes + count > 4 * self.server.configuration.maximumBodyBytes
        {
            return "There is too much on this connection."
        }
        guard self.bodyBudget.hold(count, after: self.heldBytes) else {
            return self.queryLimit == nil
                ? "There is too much that waits to be published." : "There is too much that is asked for at a time."
        }
        self.transport.connection?.heldBytes += count
        self.heldBytes += count
        return nil
    }

    /// Tells whether more of a body is read while it is found out whether it is wanted.
    ///
    /// Bytes that are not read stay with the system on a connection of HTTP/1, but in the server's memory on a stream
    /// of HTTP/2, where it would count for nothing. So as much as makes a small body is read there, and counts.
    func isReadOn(_ request: ServerRequest) -> Bool {
        self.transport.connection != nil && request.body.readableBytes < BodyBudget.smallBytes
    }

    /// Counts what a stream's client may still send while nothing is read: the window of its flow control.
    ///
    /// - Returns: Why it is too much, `nil` if it is not.
    func reserve() -> String? {
        guard self.transport.connection != nil, self.reservedBytes == 0 else { return nil }
        let before = self.heldBytes
        let fault = self.hold(HTTPServer.streamWindow)
        self.reservedBytes = self.heldBytes - before
        return fault
    }

    /// Counts out what may still come, since it is read now.
    func releaseReserve() {
        self.release(self.reservedBytes)
        self.reservedBytes = 0
    }

    /// Pays for a piece of a body.
    ///
    /// - Returns: A Boolean value that indicates whether there have not been too many small ones on the connection.
    func pay(forPartOf byteCount: Int) -> Bool {
        guard let connection = self.transport.connection else { return self.partAllowance.take(byteCount) }
        return connection.partAllowance.take(byteCount)
    }

    /// Notes that a request has begun, which may bring some small pieces.
    func beginAllowance() {
        guard let connection = self.transport.connection else { return self.partAllowance.beginRequest() }
        connection.partAllowance.beginRequest()
    }

    /// Counts out the request that has been looked after.
    func releaseRequest() {
        if let countedClient { self.server.connections.removeForwarded(countedClient) }
        self.countedClient = nil
        self.releaseBody()
    }

    /// Counts out the body that is no longer held.
    func releaseBody() {
        self.release(self.heldBytes)
        self.reservedBytes = 0
        self.queryLimit = nil
    }

    private func release(_ count: Int) {
        self.transport.connection?.heldBytes -= count
        self.bodyBudget.release(count)
        self.heldBytes -= count
    }

    /// The budget that the request's body counts in.
    private var bodyBudget: BodyBudget { self.queryLimit == nil ? self.server.bodies : self.server.queries }

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
    /// A Boolean value that indicates whether a body may follow. The handler of a stream of HTTP/2 says so as HTTP/1
    /// does.
    var announcesBody: Bool {
        if self.headers.contains(name: "Transfer-Encoding") { return true }
        return self.headers.first(name: "Content-Length").map { $0 != "0" } ?? false
    }

    /// A Boolean value that indicates whether the client waits to be told to send the body.
    package var expectsContinue: Bool {
        self.version != .http1_0
            && self.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
    }

    /// The same without the blanks that the decoder of HTTP/1 leaves behind the values of fields, which are none of
    /// theirs ([RFC 9112, 5.1](https://www.rfc-editor.org/rfc/rfc9112#section-5.1)).
    var withoutBlanksBehindValues: HTTPRequestHead {
        func isBlank(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard self.headers.contains(where: { isBlank($0.value.utf8.last) }) else { return self }
        var head = self
        head.headers = HTTPHeaders(
            self.headers.map { name, value in
                let end = value.utf8.lastIndex { !isBlank($0) }.map { value.utf8.index(after: $0) }
                return (name, String(value[..<(end ?? value.startIndex)]))
            }
        )
        return head
    }

    /// A Boolean value that indicates whether this is more than a head may be.
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
