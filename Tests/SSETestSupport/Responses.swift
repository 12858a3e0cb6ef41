/// Heads of responses.
package enum Head {
    /// An event stream of chunks.
    package static let chunked = Self.stream("Transfer-Encoding: chunked", "Connection: close")

    /// An event stream that ends with the connection.
    package static let untilClose = Self.stream("Connection: close")

    package static func stream(_ fields: String...) -> String {
        Self.response("200 OK", ["Content-Type: text/event-stream"] + fields)
    }

    package static func response(_ status: String, _ fields: [String]) -> String {
        (["HTTP/1.1 \(status)"] + fields + ["", ""]).joined(separator: "\r\n")
    }
}

@available(SwiftSSE 1.0, *)
extension TestConnection {
    /// Sends an event stream with this body and ends it properly.
    package func sendStream(_ body: String) async throws {
        try await self.send(Head.stream("Content-Length: \(body.utf8.count)", "Connection: close") + body)
    }

    /// Sends the head of an event stream and these events, and leaves it open.
    package func beginStream(_ body: String = "") async throws {
        try await self.send(Head.chunked)
        if !body.isEmpty { try await self.sendChunk(body) }
    }
}
