internal import Foundation
internal import HTTPTypes

#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif

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
