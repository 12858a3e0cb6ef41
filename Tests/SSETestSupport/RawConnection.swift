package import NIOCore
internal import NIOPosix

/// The client's end of a socket: bytes out, bytes in, nothing in between.
///
/// A deadline closes it, so that a test that waits for what never comes fails with what did come.
@available(SwiftSSE 1.0, *)
package struct RawConnection: ~Copyable {
    /// The connection ended before what was waited for had come.
    package struct UnexpectedEnd: Error, CustomStringConvertible {
        package let expected: String
        package let received: String

        package var description: String {
            "The connection ended before \(self.expected.debugDescription), after \(self.received.debugDescription)."
        }
    }

    /// The deadline closed the connection before the test was through with it.
    package struct DeadlineExceeded: Error {}

    let channel: any Channel
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var received = ByteBuffer()

    /// Connects to a port of this machine.
    ///
    /// - Parameters:
    ///   - port: The port.
    ///   - host: An address of this machine.
    ///   - receiveBufferSize: How much the socket takes without being read, `nil` for the system's default.
    ///   - deadline: When the connection is closed if it is still open.
    ///   - setUp: Puts what stands between the socket and the bytes, such as TLS, into the pipeline.
    ///   - body: Uses the connection, which is closed after that.
    /// - Throws: What `body` throws; ``DeadlineExceeded``, so that nothing passes for done that only the deadline did.
    package static func withConnection<Result: Sendable>(
        to port: Int,
        host: String = "127.0.0.1",
        receiveBufferSize: Int? = nil,
        deadline: TimeAmount = .seconds(90),
        setUp: @escaping @Sendable (any Channel) throws -> Void = { _ in },
        _ body: (inout RawConnection) async throws -> Result
    ) async throws -> Result {
        try await self.withConnection(
            to: SocketAddress(ipAddress: host, port: port),
            receiveBufferSize,
            deadline,
            setUp,
            body
        )
    }

    /// Connects to a socket in the file system.
    package static func withConnection<Result: Sendable>(
        toSocketAt path: String,
        _ body: (inout RawConnection) async throws -> Result
    ) async throws -> Result {
        try await self.withConnection(to: SocketAddress(unixDomainSocketPath: path), nil, .seconds(90), { _ in }, body)
    }

    private static func withConnection<Result: Sendable>(
        to address: SocketAddress,
        _ receiveBufferSize: Int?,
        _ deadline: TimeAmount,
        _ setUp: @escaping @Sendable (any Channel) throws -> Void,
        _ body: (inout RawConnection) async throws -> Result
    ) async throws -> Result {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let receiveBufferSize {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: receiveBufferSize)
        }
        let channel = try await bootstrap.connect(to: address) { channel in
            channel.eventLoop.makeCompletedFuture {
                try setUp(channel)
                // Reads nothing ahead, so that a test that reads nothing makes the server wait.
                return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(backPressureStrategy: .init(lowWatermark: 1, highWatermark: 1))
                )
            }
        }
        let exceeded = Log<Void>()
        let timer = channel.channel.eventLoop.scheduleTask(in: deadline) {
            exceeded.append(())
            channel.channel.close(promise: nil)
        }
        defer { timer.cancel() }
        let result = try await channel.executeThenClose { inbound, outbound in
            var connection = RawConnection(
                channel: channel.channel,
                outbound: outbound,
                inbound: inbound.makeAsyncIterator()
            )
            return try await body(&connection)
        }
        guard exceeded.entries.isEmpty else { throw DeadlineExceeded() }
        return result
    }

    private init(
        channel: any Channel,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) {
        self.channel = channel
        self.outbound = outbound
        self.inbound = inbound
    }

    /// Sends text.
    package func send(_ text: String) async throws {
        try await self.outbound.write(ByteBuffer(string: text))
    }

    /// Sends bytes.
    package func send(bytes: [UInt8]) async throws {
        try await self.outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Reads up to a text that must come, that text included.
    package mutating func read(through end: String) async throws -> String {
        let end = Array(end.utf8)
        var searched = 0
        while true {
            let bytes = Array(self.received.readableBytesView)
            if bytes.count >= end.count {
                for start in searched...(bytes.count - end.count)
                where bytes[start..<start + end.count].elementsEqual(end) {
                    return self.received.readString(length: start + end.count) ?? ""
                }
                searched = bytes.count - end.count
            }
            guard try await self.receive() else {
                throw UnexpectedEnd(
                    expected: String(decoding: end, as: UTF8.self),
                    received: String(buffer: self.received)
                )
            }
        }
    }

    /// Reads a number of bytes that must come.
    package mutating func read(byteCount: Int) async throws -> String {
        while self.received.readableBytes < byteCount {
            guard try await self.receive() else {
                throw UnexpectedEnd(expected: "\(byteCount) bytes", received: String(buffer: self.received))
            }
        }
        defer { self.received.discardReadBytes() }
        return self.received.readString(length: byteCount) ?? ""
    }

    /// Reads the head of a response.
    package mutating func readHead() async throws -> RawResponseHead {
        try await RawResponseHead(self.read(through: "\r\n\r\n"))
    }

    /// Reads all that comes until the other side closes the connection.
    package mutating func readToEnd() async throws -> String {
        while try await self.receive() {}
        defer { self.received.clear() }
        return String(buffer: self.received)
    }

    /// Closes the half of the connection on which nothing will be sent any more.
    package func closeOutput() async throws {
        try await self.channel.close(mode: .output)
    }

    /// Closes the connection.
    package func close() async throws {
        try await self.channel.close()
    }

    /// Takes in what has come, `false` if nothing will come any more.
    private mutating func receive() async throws -> Bool {
        do {
            guard var bytes = try await self.inbound.next(isolation: #isolation) else { return false }
            self.received.writeBuffer(&bytes)
            return true
        } catch is IOError {
            // Reset: to a client this is an end, too.
            return false
        }
    }
}
