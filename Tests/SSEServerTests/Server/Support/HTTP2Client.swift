internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOPosix
internal import NIOSSL
internal import SSETestSupport

/// The client's end of a connection of HTTP/2.
@available(SwiftSSE 1.0, *)
struct HTTP2Client: Sendable {
    let channel: any Channel
    private let multiplexer: NIOHTTP2Handler.StreamMultiplexer
    /// The frames that are not for a stream: settings, pings, and the errors with which the server says GOAWAY.
    let frames: Log<HTTP2Frame.FramePayload>
    private let scheme: HTTP2FramePayloadToHTTP1ClientCodec.HTTPProtocol

    /// The errors with which the server has said GOAWAY.
    var goAways: [HTTP2ErrorCode] {
        self.frames.entries.compactMap { if case .goAway(_, let code, _) = $0 { code } else { nil } }
    }

    /// A Boolean value that indicates whether the server's settings have come, and so have been acknowledged.
    private var hasSettings: Bool {
        self.frames.entries.contains { if case .settings(.settings) = $0 { true } else { false } }
    }

    /// Connects for the time of a closure, which runs when the server has said how many streams there may be (RFC 9113,
    /// section 6.5.3): before that is acknowledged, a hundred and first one ends the connection.
    ///
    /// - Parameters:
    ///   - tls: How to speak TLS, `nil` to speak HTTP/2 without, by prior knowledge.
    ///   - header: What is sent before that.
    static func with<Result>(
        port: Int,
        tls: NIOSSLContext? = nil,
        header: [UInt8] = [],
        _ body: (HTTP2Client) async throws -> Result
    ) async throws -> Result {
        let frames = Log<HTTP2Frame.FramePayload>()
        // What was on its way to a stream that has been reset is no error of the server's (RFC 9113, section 5.1).
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.maximumRecentlyResetStreams = 10_000
        let connection = configuration
        let (channel, multiplexer) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(FirstBytes(header))
                    if let tls {
                        try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: "localhost"))
                    }
                    let multiplexer = try pipeline.configureHTTP2Pipeline(
                        mode: .client,
                        connectionConfiguration: connection,
                        streamConfiguration: .init()
                    ) { $0.close() }
                    try pipeline.addHandler(RootFrameHandler(frames))
                    return (channel, multiplexer)
                }
            }
        let client = HTTP2Client(
            channel: channel,
            multiplexer: multiplexer,
            frames: frames,
            scheme: tls == nil ? .http : .https
        )
        do {
            try await waitUntil { client.hasSettings || !channel.isActive }
            let result = try await body(client)
            try? await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// Opens a stream and sends a request, or its head.
    ///
    /// - Parameters:
    ///   - body: The body, `nil` to send only the head and leave the request unfinished.
    ///   - isReading: Whether the stream takes what the server sends. If not, the window of its flow control is used up.
    func open(
        _ method: HTTPMethod,
        _ target: String,
        _ headers: HTTPHeaders = [:],
        body: String? = "",
        isReading: Bool = true
    ) async throws -> HTTP2ClientStream {
        let stream = HTTP2ClientStream()
        let channel = try await self.multiplexer.createStreamChannel { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandlers([
                    HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: self.scheme),
                    ResponseHandler(stream),
                ])
                if !isReading { try channel.syncOptions?.setOption(.autoRead, value: false) }
            }
        }.get()
        stream.begin(channel)
        var headers = headers
        headers.replaceOrAdd(name: "Host", value: "localhost")
        if let body, !body.isEmpty { headers.replaceOrAdd(name: "Content-Length", value: "\(body.utf8.count)") }
        let head = HTTPRequestHead(version: .http2, method: method, uri: target, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let body {
            if !body.isEmpty {
                channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
            }
            channel.write(HTTPClientRequestPart.end(nil), promise: nil)
        }
        channel.flush()
        return stream
    }

    /// Sends a request and waits for the whole answer.
    func exchange(
        _ method: HTTPMethod,
        _ target: String,
        _ headers: HTTPHeaders = [:],
        body: String = ""
    ) async throws -> HTTP2ClientStream.Response {
        try await self.open(method, target, headers, body: body).waitForEnd()
    }

    /// Asks for a stream and waits until it has begun.
    func subscribe(_ headers: HTTPHeaders = [:], isReading: Bool = true) async throws -> HTTP2ClientStream {
        let stream = try await self.open(.GET, "/events", headers, isReading: isReading)
        if isReading { try await stream.wait { $0.body.hasPrefix(":\n") } }
        return stream
    }
}

@available(SwiftSSE 1.0, *)
private final class RootFrameHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let frames: Log<HTTP2Frame.FramePayload>

    init(_ frames: Log<HTTP2Frame.FramePayload>) {
        self.frames = frames
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.frames.append(self.unwrapInboundIn(data).payload)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The server has closed the connection without more ado, or a stream.
    }
}

@available(SwiftSSE 1.0, *)
private final class ResponseHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let stream: HTTP2ClientStream

    init(_ stream: HTTP2ClientStream) {
        self.stream = stream
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.stream.update { $0.heads.append(head) }
        case .body(let bytes): self.stream.update { $0.take(String(buffer: bytes)) }
        case .end: self.stream.update { $0.end = .inOrder }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let code = (error as? NIOHTTP2Errors.StreamClosed)?.errorCode
        self.stream.update { if $0.end == nil { $0.end = .reset(code) } }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.stream.update { if $0.end == nil { $0.end = .reset(nil) } }
    }
}
