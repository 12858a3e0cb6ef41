internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension HTTPClient.Request {
    /// Makes the request that goes over the wire.
    ///
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidRequest``.
    init(_ request: EventStreamRequest) throws(SSEClientError) {
        var headers = HTTPHeaders(request.headers.map { ($0.name.rawName, $0.value) })
        if !headers.contains(name: "Accept") { headers.add(name: "Accept", value: "text/event-stream") }
        if !headers.contains(name: "Cache-Control") { headers.add(name: "Cache-Control", value: "no-cache") }
        if let id = request.lastEventID, !id.rawValue.isEmpty {
            guard !id.rawValue.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
                throw SSEClientError(
                    code: .invalidRequest,
                    message: "The last event ID holds a control character; no header field can carry that."
                )
            }
            headers.replaceOrAdd(name: "Last-Event-ID", value: id.rawValue)
        }
        do {
            try self.init(
                url: request.url,
                method: HTTPMethod(rawValue: request.method.rawValue),
                headers: headers,
                body: request.body.map { .byteBuffer(ByteBuffer(bytes: $0)) }
            )
        } catch {
            throw SSEClientError(code: .invalidRequest, message: "'\(request.url)' is no http(s) URL.", cause: error)
        }
    }
}
