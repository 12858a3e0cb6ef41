internal import NIOCore

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// The server's end of a connection: bytes in, bytes out, and the ways to end it.
@available(SwiftSSE 1.0, *)
package struct TestConnection {
    /// The client left before its request was complete.
    struct NoRequest: Error {}

    private let channel: any Channel
    private var inbound: AsyncStream<ByteBuffer>.AsyncIterator
    private var received = ByteBuffer()
    private let closes: Log<Void>

    init(_ connection: AcceptedConnection, closes: Log<Void>) {
        self.channel = connection.channel
        self.inbound = connection.inbound.makeAsyncIterator()
        self.closes = closes
    }

    // MARK: In

    /// Reads a request, with a body if it announces the length of one.
    package mutating func readRequest() async throws -> RawRequest {
        var headLength: Int?
        while headLength == nil {
            let bytes = Array(self.received.readableBytesView)
            headLength = bytes.indices.first { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) }.map { $0 + 4 }
            if headLength == nil { try await self.receive() }
        }
        guard let headLength, let head = self.received.readBytes(length: headLength) else { throw NoRequest() }
        let length = RawRequest(head: head, body: []).fields("Content-Length").first?.split(separator: " ").last
        let bodyLength = length.flatMap { Int($0) } ?? 0
        while self.received.readableBytes < bodyLength { try await self.receive() }
        return RawRequest(head: head, body: self.received.readBytes(length: bodyLength) ?? [])
    }

    private mutating func receive() async throws {
        guard var bytes = await self.inbound.next(isolation: #isolation) else { throw NoRequest() }
        self.received.writeBuffer(&bytes)
    }

    /// Waits until the client has closed the connection, and reports it to the test.
    package mutating func waitForClose() async {
        while await self.inbound.next(isolation: #isolation) != nil {}
        if !Task.isCancelled { self.closes.append(()) }
    }

    // MARK: Out

    package func send(_ text: String) async throws {
        try await self.send(Array(text.utf8))
    }

    package func send(_ bytes: [UInt8]) async throws {
        let channel = self.channel
        // Waits until the system has all of it, so that closing the connection after that cuts nothing off.
        try await withTaskCancellationHandler {
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// Sends a chunk of a body with the transfer coding `chunked`.
    package func sendChunk(_ text: String) async throws {
        try await self.send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }

    /// Ends a body with the transfer coding `chunked`.
    package func endChunks() async throws {
        try await self.send("0\r\n\r\n")
    }

    /// Closes the sending half of the connection.
    package func closeOutput() async throws {
        try await self.channel.close(mode: .output)
    }

    /// Ends the connection as a process that crashes does, so that the client gets a reset.
    package func reset() async throws {
        if let socket = self.channel as? any SocketOptionProvider {
            try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try await self.channel.close()
    }
}
