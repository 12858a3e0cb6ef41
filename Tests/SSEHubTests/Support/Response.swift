import SSETestSupport

/// A response that has come as a whole.
@available(SwiftSSE 1.0, *)
struct Response: Sendable {
    let head: RawResponseHead
    let body: String

    /// Such as `200 OK`.
    var status: String { String(self.head.statusLine.dropFirst("HTTP/1.1 ".count)) }

    /// Whether the body is one line that says what is wrong.
    var isOneLineOfText: Bool {
        self.head["Content-Type"] == ["text/plain; charset=utf-8"] && self.body.utf8.count > 10
            && self.body.unicodeScalars.count { $0 == "\n" } == 1 && self.body.hasSuffix(".\n")
    }
}

@available(SwiftSSE 1.0, *)
extension RawConnection {
    /// Sends a request and reads its response.
    mutating func exchange(_ request: String) async throws -> Response {
        try await self.send(request)
        let head = try await self.readHead()
        let length = head["Content-Length"].first.flatMap { Int($0) } ?? 0
        return Response(head: head, body: try await self.read(byteCount: length))
    }

    /// Subscribes, and reads the response's head.
    mutating func subscribe(_ query: String, _ fields: [String] = []) async throws -> RawResponseHead {
        try await self.send(subscription(query, fields))
        return try await self.readHead()
    }

    /// Reads up to the end of an event with this data, and takes off the chunks' framing; each write is a chunk, or a
    /// few. Positions that are told beside events are left out.
    mutating func readEvents(through data: String) async throws -> String {
        var bytes = try await self.read(through: "data: \(data)\n\n\r\n").utf8[...]
        var body: [UInt8] = []
        while let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\r")) {
            let digits = String(decoding: bytes[..<lineEnd], as: UTF8.self)
            let start = bytes.index(lineEnd, offsetBy: 2)
            guard let size = Int(digits, radix: 16),
                let end = bytes.index(start, offsetBy: size, limitedBy: bytes.endIndex)
            else { break }
            body += bytes[start..<end]
            bytes = bytes[end...].dropFirst(2)
        }
        return String(decoding: body, as: UTF8.self).replacing(/id: #[0-9a-z]+-[0-9a-z]+\n\n/, with: "")
    }
}
