internal import NIOHTTP1
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension ServerReply {
    /// The reply with more headers.
    func adding(_ headers: HTTPHeaders) -> ServerReply {
        guard !headers.isEmpty else { return self }
        switch self {
        case .response(var response):
            response.headers.add(contentsOf: headers)
            return .response(response)
        case .eventStream(let admission, var own):
            own.add(contentsOf: headers)
            return .eventStream(admission, headers: own)
        case .later(let work):
            return .later { await work().adding(headers) }
        }
    }
}
