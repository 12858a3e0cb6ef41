internal import NIOHTTP1

/// The names and values of a form, or of a query, in the order in which they came.
///
/// Written here, since no library in reach reads one: Foundation's `URLComponents` leaves plus signs alone and takes
/// what is not UTF-8, and Hummingbird's decoder belongs to Hummingbird. The rule's source: the WHATWG URL standard,
/// "application/x-www-form-urlencoded parsing", but for UTF-8, where what is wrong is refused and not replaced.
@available(SwiftSSE 1.0, *)
struct FormFields: Sendable {
    /// The most fields, far more than an event or a subscription may have topics.
    static let maximumCount = 1000

    private(set) var fields: [(name: String, value: String)] = []

    /// Reads fields.
    ///
    /// - Parameters:
    ///   - bytes: `name=value&…`
    ///   - name: What this is to people, such as “form”.
    /// - Throws: A refusal if some name or value is not UTF-8, or if there are too many.
    init(_ bytes: some Sequence<UInt8>, _ name: String = "form") throws(HubRefusal) {
        // One part more than there may be is all the rest.
        let parts = Array(bytes).split(separator: UInt8(ascii: "&"), maxSplits: Self.maximumCount)
        guard parts.count <= Self.maximumCount else {
            throw HubRefusal(.payloadTooLarge, "The \(name) has more than \(Self.maximumCount) fields.")
        }
        for part in parts {
            let separator = part.firstIndex(of: UInt8(ascii: "="))
            let value = separator.map { part[($0 + 1)...] } ?? []
            guard let field = Self.decode(part[..<(separator ?? part.endIndex)]), let value = Self.decode(value) else {
                throw HubRefusal(.badRequest, "The \(name) is not UTF-8.")
            }
            self.fields.append((field, value))
        }
    }

    /// Reads the fields of a query.
    init(_ query: Substring) throws(HubRefusal) {
        try self.init(query.utf8, "query")
    }

    /// These fields, and then those of a body.
    func adding(_ others: FormFields) throws(HubRefusal) -> FormFields {
        var all = self
        all.fields += others.fields
        guard all.fields.count <= Self.maximumCount else {
            throw HubRefusal(.payloadTooLarge, "Query and form have more than \(Self.maximumCount) fields.")
        }
        return all
    }

    /// The first value of a name.
    subscript(name: String) -> String? { self.fields.first { $0.name == name }?.value }

    /// All values of a name.
    func all(_ name: String) -> [String] { self.fields.lazy.filter { $0.name == name }.map(\.value) }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(validating: bytes, as: UTF8.self)
        }
        return String(validating: PercentEncoding.decode(bytes, plusIsSpace: true), as: UTF8.self)
    }
}
