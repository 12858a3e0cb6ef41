internal import NIOCore
package import NIOHPACK

/// The server's end of a connection of HTTP/2: frames in, frames out.
@available(SwiftSSE 1.0, *)
package struct HTTP2TestConnection {
    /// The client left before what was waited for had come.
    struct NothingMore: Error {}

    /// A request as it came over a stream.
    package struct Request: Sendable {
        package let stream: UInt32
        package let headers: HPACKHeaders

        package var path: String { self.headers.first(name: ":path") ?? "" }
    }

    /// 1 for the first connection that the server has accepted, and so on.
    package let number: Int

    /// A Boolean value that indicates whether what must be answered is answered by itself: settings and pings.
    package var answersItself = true

    private let channel: any Channel
    private var inbound: AsyncStream<ByteBuffer>.AsyncIterator
    private var received = ByteBuffer()
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    private let requests: Log<Request>

    init(_ connection: AcceptedConnection, number: Int, requests: Log<Request>) {
        self.number = number
        self.channel = connection.channel
        self.inbound = connection.inbound.makeAsyncIterator()
        self.requests = requests
    }

    // MARK: In

    /// Reads what every client says first.
    mutating func readPreface() async throws {
        let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        while self.received.readableBytes < preface.count { try await self.receive() }
        guard self.received.readBytes(length: preface.count) == preface else { throw NothingMore() }
    }

    /// Reads the next frame.
    package mutating func nextFrame() async throws -> RawHTTP2Frame {
        while true {
            if let frame = RawHTTP2Frame(from: &self.received) {
                if self.answersItself { try await self.answer(frame) }
                return frame
            }
            try await self.receive()
        }
    }

    /// Reads frames up to one of a kind.
    package mutating func nextFrame(_ kind: UInt8) async throws -> RawHTTP2Frame {
        while true {
            let frame = try await self.nextFrame()
            if frame.kind == kind { return frame }
        }
    }

    /// Reads frames until a request has begun.
    package mutating func nextRequest() async throws -> Request {
        let frame = try await self.nextFrame(RawHTTP2Frame.Kind.headers)
        var block = ByteBuffer(bytes: frame.payload)
        let request = Request(stream: frame.stream, headers: try self.decoder.decodeHeaders(from: &block))
        self.requests.append(request)
        return request
    }

    /// Waits until the client has closed the connection.
    package mutating func waitForClose() async {
        while await self.inbound.next(isolation: #isolation) != nil {}
    }

    private func answer(_ frame: RawHTTP2Frame) async throws {
        guard frame.kind == RawHTTP2Frame.Kind.settings || frame.kind == RawHTTP2Frame.Kind.ping,
            frame.flags & RawHTTP2Frame.Flag.acknowledgement == 0
        else { return }
        var answer = RawHTTP2Frame(kind: frame.kind, flags: RawHTTP2Frame.Flag.acknowledgement)
        if frame.kind == RawHTTP2Frame.Kind.ping { answer.payload = frame.payload }
        try await self.send(answer)
    }

    private mutating func receive() async throws {
        guard var bytes = await self.inbound.next(isolation: #isolation) else { throw NothingMore() }
        self.received.writeBuffer(&bytes)
    }

    // MARK: Out

    package func send(_ frames: RawHTTP2Frame...) async throws {
        try await self.send(bytes: frames.flatMap(\.bytes))
    }

    package func send(bytes: [UInt8]) async throws {
        let channel = self.channel
        try await withTaskCancellationHandler {
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// Sends the head of an event stream and these events, and leaves it open.
    package func beginStream(_ events: String = "", on stream: UInt32) async throws {
        let fields = [(":status", "200"), ("content-type", "text/event-stream")]
        try await self.send(.headers(fields, stream: stream))
        if !events.isEmpty { try await self.send(.data(events, stream: stream)) }
    }

    /// Sends an event stream and ends it.
    package func sendStream(_ events: String, on stream: UInt32) async throws {
        try await self.beginStream(on: stream)
        try await self.send(.data(events, stream: stream, endsStream: true))
    }
}
