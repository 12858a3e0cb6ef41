internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import SSETestSupport
internal import Synchronization

/// The client's end of a stream of HTTP/2.
@available(SwiftSSE 1.0, *)
final class HTTP2ClientStream: Sendable {
    enum End: Equatable {
        /// The server has sent everything.
        case inOrder
        /// The stream was broken off, with what the server said.
        case reset(HTTP2ErrorCode?)
    }

    /// What has come so far.
    struct Response {
        var heads: [HTTPResponseHead] = []
        var body = ""
        /// How the stream has ended, `nil` if it has not.
        var end: End?

        var status: HTTPResponseStatus? { self.heads.last?.status }
        var headers: HTTPHeaders { self.heads.last?.headers ?? [:] }
        /// The data of all events, in order.
        var events: [Substring] {
            self.body.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { $0.dropFirst(6) }
        }
    }

    private let current = Mutex(Response())
    private let channel = Mutex<(any Channel)?>(nil)

    var response: Response { self.current.withLock { $0 } }

    func begin(_ channel: any Channel) { self.channel.withLock { $0 = channel } }

    func update(_ change: (inout Response) -> Void) { self.current.withLock { change(&$0) } }

    /// Sends a piece of the request's body.
    func send(_ text: String) {
        let part = HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: text)))
        self.channel.withLock { $0 }?.writeAndFlush(part, promise: nil)
    }

    /// Ends the request.
    func end() {
        self.channel.withLock { $0 }?.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    /// Takes what the server has sent, and everything from now on.
    func read() async throws {
        try await self.channel.withLock { $0 }?.setOption(.autoRead, value: true).get()
        self.channel.withLock { $0 }?.read()
    }

    /// Takes what the server has sent until now, and not more.
    func readOnce() { self.channel.withLock { $0 }?.read() }

    /// Resets the stream.
    func reset() async throws { try? await self.channel.withLock { $0 }?.close() }

    /// Waits until the stream has ended.
    func waitForEnd() async throws -> Response {
        try await waitUntil { self.response.end != nil }
        return self.response
    }
}
