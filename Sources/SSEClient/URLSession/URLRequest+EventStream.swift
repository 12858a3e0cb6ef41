internal import Foundation
internal import HTTPTypes

#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif

@available(SwiftSSE 1.0, *)
extension URLRequest {
    /// A time that no stream reaches, and that the loader can still count; it traps on an infinite one.
    static let noTimeout: TimeInterval = 365 * 86_400

    /// Makes the request that goes over the wire.
    ///
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidRequest``.
    init(_ request: EventStreamRequest) throws(SSEClientError) {
        guard let url = URL(string: request.url), let scheme = url.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = url.host(), !host.isEmpty
        else {
            throw SSEClientError(code: .invalidRequest, message: "'\(request.url.withoutUserInfo)' is no http(s) URL.")
        }
        self.init(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: Self.noTimeout)
        self.httpMethod = request.method.rawValue
        self.httpBody = request.body.map { Data($0) }
        self.httpShouldHandleCookies = false
        for name in Set(request.headers.map(\.name)) {
            self.setValue(request.headers[name], forHTTPHeaderField: name.rawName)
        }
    }
}

@available(SwiftSSE 1.0, *)
extension EventStreamResponse {
    /// What there is of a response's head: no reason phrase, and fields of the same name are joined by commas.
    init(url: String, _ response: HTTPURLResponse) {
        var fields = HTTPFields()
        for case (let name as String, let value as String) in response.allHeaderFields {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        let code = (0...999).contains(response.statusCode) ? response.statusCode : 0
        self.init(url: url, status: HTTPResponse.Status(code: code), headers: fields)
    }
}
