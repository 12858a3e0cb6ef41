/// The head of a response.
struct StreamHead: Sendable {
    let statusLine: String
    private let fields: [String: String]

    init(_ text: String) {
        let lines = text.split(separator: "\r\n")
        self.statusLine = lines.first.map(String.init) ?? ""
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let name = line.prefix { $0 != ":" }
            fields[name.lowercased()] = String(line.dropFirst(name.count + 1).drop { $0 == " " })
        }
        self.fields = fields
    }

    subscript(name: String) -> String? { self.fields[name.lowercased()] }
}
