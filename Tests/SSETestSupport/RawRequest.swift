/// A request as it came over the wire.
package struct RawRequest: Sendable {
    /// The request line and the header fields, without the line ends.
    package let lines: [[UInt8]]
    package let body: [UInt8]

    init(head: [UInt8], body: [UInt8]) {
        self.lines = head.split(separator: UInt8(ascii: "\n")).map { line in
            line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
        }
        self.body = body
    }

    /// The first line, such as `GET /events HTTP/1.1`.
    package var requestLine: String { self.lines.first.map { String(decoding: $0, as: UTF8.self) } ?? "" }

    package var method: String { String(self.requestLine.prefix { $0 != " " }) }

    package var path: String { String(self.requestLine.drop { $0 != " " }.dropFirst().prefix { $0 != " " }) }

    /// All lines of a header field, in whatever case its name came.
    package func fields(_ name: String) -> [String] {
        self.rawFields(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The same, as bytes.
    package func rawFields(_ name: String) -> [[UInt8]] {
        self.lines.dropFirst().filter { line in
            String(decoding: line.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self).lowercased() == name.lowercased()
        }
    }
}
