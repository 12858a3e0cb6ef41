internal import Testing

/// The head of a response as it came over the wire.
package struct RawResponseHead: Sendable {
    /// Such as `HTTP/1.1 200 OK`.
    package let statusLine: String

    private let fields: [(name: String, value: String)]

    init(_ text: String) {
        let lines = text.split(separator: "\r\n").map(String.init)
        self.statusLine = lines.first ?? ""
        // What a server sends beyond the body that it has announced would stand here.
        #expect(self.statusLine.hasPrefix("HTTP/1."), "A response begins with \(self.statusLine.debugDescription).")
        self.fields = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().drop { $0 == " " }
            return (line[..<colon].lowercased(), String(value))
        }
    }

    /// The values of all fields of a name, in order.
    package subscript(name: String) -> [String] {
        self.fields.filter { $0.name == name.lowercased() }.map(\.value)
    }
}
