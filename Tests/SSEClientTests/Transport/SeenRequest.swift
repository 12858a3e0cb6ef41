internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport

/// A request as the server sees it.
@available(SwiftSSE 1.0, *)
struct SeenRequest: Sendable {
    let method: String
    let path: String
    let body: [UInt8]
    /// Whether it came to the second server.
    let isOther: Bool
    /// Where the second server is.
    let otherOrigin: String

    private let fields: [String: [UInt8]]

    init(_ request: RawRequest, isOther: Bool, otherOrigin: String) {
        self.method = request.method
        self.path = request.path
        self.body = request.body
        self.isOther = isOther
        self.otherOrigin = otherOrigin
        var fields: [String: [UInt8]] = [:]
        for line in request.lines.dropFirst() {
            let name = line.prefix { $0 != UInt8(ascii: ":") }
            let value = line.dropFirst(name.count + 1).drop { $0 == UInt8(ascii: " ") }
            let key = String(decoding: name, as: UTF8.self).lowercased()
            fields[key] = (fields[key].map { $0 + Array(", ".utf8) } ?? []) + value
        }
        self.fields = fields
    }

    init(_ request: EventStreamRequest, origin: String, otherOrigin: String) {
        self.method = request.method.rawValue
        self.isOther = request.url.hasPrefix(otherOrigin)
        self.path = String(request.url.dropFirst(self.isOther ? otherOrigin.count : origin.count))
        self.body = request.body ?? []
        self.otherOrigin = otherOrigin
        self.fields = Dictionary(
            request.headers.map { ($0.name.canonicalName, Array((request.headers[$0.name] ?? "").utf8)) }
        ) { first, _ in first }
    }

    /// The value of a header field.
    subscript(name: String) -> String? {
        self.fields[name.lowercased()].map { String(decoding: $0, as: UTF8.self) }
    }
}
