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
        private(set) var body = ""
        /// The data of all events, in order.
        private(set) var events: [Substring] = []
        /// How the stream has ended, `nil` if it has not.
        var end: End?

        /// The line that has not ended yet.
        private var line = ""

        mutating func take(_ text: String) {
            self.body += text
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let rest = lines.removeLast()
            for end in lines {
                self.line += end
                if self.line.hasPrefix("data: ") { self.events.append(self.line.dropFirst(6)) }
                self.line = ""
            }
            self.line += rest
        }

        var status: HTTPResponseStatus? { self.heads.last?.status }
        var headers: HTTPHeaders { self.heads.last?.headers ?? [:] }
    }

    private let current = Watched(Response())
    private let channel = Mutex<(any Channel)?>(nil)

    var response: Response { self.current.value }

    func begin(_ channel: any Channel) { self.channel.withLock { $0 = channel } }

    func update(_ change: (inout Response) -> Void) { self.current.update(change) }

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
        try await self.wait { $0.end != nil }
    }

    /// Waits until what has come fits, and returns it.
    @discardableResult
    func wait(until isSatisfied: @escaping @Sendable (Response) -> Bool) async throws -> Response {
        try await self.current.wait(until: isSatisfied)
    }
}
