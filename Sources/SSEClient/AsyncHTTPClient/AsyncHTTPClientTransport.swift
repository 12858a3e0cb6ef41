#if AsyncHTTPClient
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization
public import AsyncHTTPClient

/// Carries requests with AsyncHTTPClient: HTTP/1.1 and HTTP/2, proxies and TLS as its configuration says.
///
/// ```swift
/// let client = EventStreamClient(transport: AsyncHTTPClientTransport(httpClient))
/// ```
@available(SwiftSSE 1.0, *)
public struct AsyncHTTPClientTransport: EventStreamTransport {
    /// What makes the connections.
    public let httpClient: HTTPClient

    /// Makes a transport.
    ///
    /// - Parameter httpClient: What makes the connections. The default is shared, suits long streams, and needs no
    ///   shutdown. Your own stays yours: shut it down when the streams have ended. Mind that its read timeout ends them
    ///   too, and let it follow no redirects (`redirectConfiguration: .disallow`): ``EventStreamClient`` follows them,
    ///   and keeps credentials from other origins.
    public init(_ httpClient: HTTPClient = .eventStreams) {
        self.httpClient = httpClient
    }

    /// Begins to send a request, and returns at once.
    public func begin(_ request: EventStreamRequest, idleTimeout: Duration?) throws -> any EventStreamExchange {
        try AsyncHTTPClientExchange(request, self.httpClient, idleTimeout: idleTimeout)
    }
}

/// One request and its response over AsyncHTTPClient.
///
/// It stands on that client's delegates and not on its `AsyncSequence`: a delegate can be told to fail from outside, which
/// is what an idle timeout for each stream needs, and it saves one of two hand-overs for each chunk.
@available(SwiftSSE 1.0, *)
final class AsyncHTTPClientExchange: EventStreamExchange {
    private let channel: ResponseChannel<ByteBuffer>

    private let task: HTTPClient.Task<Void>

    /// Sends the request.
    ///
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidRequest``.
    init(_ request: EventStreamRequest, _ client: HTTPClient, idleTimeout: Duration?) throws(SSEClientError) {
        let httpRequest = try HTTPClient.Request(request)
        let channel = ResponseChannel<ByteBuffer>()
        let eventLoop = client.eventLoopGroup.next()
        let idleTimer = idleTimeout.map { IdleTimer(timeout: $0, eventLoop: eventLoop) }
        let receiver = ResponseReceiver(channel: channel, idleTimer: idleTimer, url: request.url, eventLoop: eventLoop)
        let task = client.execute(request: httpRequest, delegate: receiver, eventLoop: .delegate(on: eventLoop))
        self.channel = channel
        self.task = task

        let hasBody = request.body != nil
        task.futureResult.whenComplete { result in
            idleTimer?.stop()
            switch result {
            case .success: channel.finish(nil)
            case .failure(let error):
                let hasResponse = receiver.hasResponse
                channel.finish(SSEClientError(error, hasResponse: hasResponse, hasBody: hasBody))
            }
        }
        idleTimer?.start { timeout in
            task.fail(
                reason: SSEClientError(code: .idleTimeout, message: "The server has sent nothing for \(timeout).")
            )
        }
    }

    func head() async throws -> EventStreamResponse {
        try await self.channel.head()
    }

    var isReadable: Bool { self.channel.isReadable }

    func read(_ body: (UnsafeBufferPointer<UInt8>) -> Void) async throws -> Bool {
        try await self.channel.read(body)
    }

    func cancel() {
        self.channel.cancel()
        self.task.cancel()
    }
}

extension ByteBuffer: ResponseChunk {
    var byteCount: Int { self.readableBytes }

    func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        self.withUnsafeReadableBytes { $0.withMemoryRebound(to: UInt8.self, body) }
    }
}

@available(SwiftSSE 1.0, *)
extension HTTPClient.Request {
    /// Makes the request that goes over the wire.
    ///
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidRequest``.
    init(_ request: EventStreamRequest) throws(SSEClientError) {
        var headers = HTTPHeaders(
            request.headers.filter { $0.name != .cookie }.map { ($0.name.rawName, $0.value) }
        )
        // Kept as one field each, but to be sent in one: https://www.rfc-editor.org/rfc/rfc6265#section-5.4
        if let cookies = request.headers[.cookie] { headers.add(name: "Cookie", value: cookies) }
        // A socket's path is no host, and a request of HTTP/1.1 without the field is none:
        // https://www.rfc-editor.org/rfc/rfc9112#section-3.2
        if request.url.lowercased().hasPrefix("http+unix:") || request.url.lowercased().hasPrefix("https+unix:"),
            !headers.contains(name: "Host")
        {
            headers.add(name: "Host", value: "localhost")
        }
        do {
            try self.init(
                url: request.url,
                method: HTTPMethod(rawValue: request.method.rawValue),
                headers: headers,
                body: request.body.map { .byteBuffer(ByteBuffer(bytes: $0)) }
            )
        } catch {
            throw SSEClientError(
                code: .invalidRequest,
                message: "'\(request.url.withoutUserInfo)' is no http(s) URL.",
                cause: error
            )
        }
    }
}
#endif
