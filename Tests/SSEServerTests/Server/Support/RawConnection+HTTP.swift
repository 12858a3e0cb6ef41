internal import SSETestSupport

/// The lines of a request as they go over the wire.
func request(_ line: String, _ fields: [String] = [], body: String? = nil) -> String {
    var lines = ["\(line) HTTP/1.1", "Host: localhost"] + fields
    if let body { lines.append("Content-Length: \(body.utf8.count)") }
    return (lines + ["", body ?? ""]).joined(separator: "\r\n")
}

@available(SwiftSSE 1.0, *)
extension RawConnection {
    /// Reads a response that says how long it is: the status line and the body.
    mutating func readResponse() async throws -> (status: String, head: RawResponseHead, body: String) {
        let head = try await self.readHead()
        let length = head["Content-Length"].first.flatMap { Int($0) } ?? 0
        return (head.statusLine, head, try await self.read(byteCount: length))
    }

    /// Sends a request and reads its response.
    mutating func exchange(_ request: String) async throws -> (status: String, head: RawResponseHead, body: String) {
        try await self.send(request)
        return try await self.readResponse()
    }

    /// Asks for a stream, and reads its head, the comment that it begins with, and the position that is told where there is
    /// no event to send.
    mutating func subscribe(_ request: String = SSEServerTests.request("GET /events")) async throws -> RawResponseHead {
        try await self.send(request)
        let head = try await self.readHead()
        _ = try await self.read(through: ":\n\r\n")
        _ = try await self.read(through: "\n\n\r\n")
        return head
    }
}
