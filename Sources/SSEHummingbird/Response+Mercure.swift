internal import HTTPTypes
public import HummingbirdCore

@available(SwiftSSE 1.0, *)
extension Response {
    /// Tells clients where the hub is that has this resource's updates (Mercure, “Discovery”), by fields `Link` (RFC 8288).
    ///
    /// ```swift
    /// router.get("books/:id") { request, context in
    ///     var response = try bookResponse(for: request, context)
    ///     response.linkToMercure(hub: "https://hub.example.com/.well-known/mercure", topic: "https://example.com/books/1")
    ///     return response
    /// }
    /// ```
    ///
    /// Pages of other origins read the field only if the response exposes it (`Access-Control-Expose-Headers: Link`).
    ///
    /// - Parameters:
    ///   - hub: The hub's URL.
    ///   - topic: The resource's canonical topic, `nil` if that is its URL.
    ///   - lastEventID: The id of the last event that this representation contains, from which a client subscribes so that it
    ///     misses nothing; `nil` to leave that out.
    public mutating func linkToMercure(hub: String, topic: String? = nil, lastEventID: String? = nil) {
        var link = "<\(Self.target(hub))>; rel=\"mercure\""
        if let lastEventID { link += "; last-event-id=\"\(Self.quoted(lastEventID))\"" }
        self.headers.append(HTTPField(name: .link, value: link))
        if let topic { self.headers.append(HTTPField(name: .link, value: "<\(Self.target(topic))>; rel=\"self\"")) }
    }

    /// A URL as it may stand between the brackets: what would end it is escaped.
    private static func target(_ url: String) -> String {
        var text = ""
        for byte in url.utf8 {
            switch byte {
            case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), 0...32, 127...:
                let digits = String(byte, radix: 16, uppercase: true)
                text += byte < 16 ? "%0\(digits)" : "%\(digits)"
            default: text.unicodeScalars.append(UnicodeScalar(byte))
            }
        }
        return text
    }

    /// A text as it may stand between quotation marks (RFC 9110, section 5.6.4), without what no field can hold.
    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars where scalar.value >= 32 && scalar.value != 127 {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted
    }
}

extension HTTPField.Name {
    fileprivate static let link: HTTPField.Name = {
        guard let name = HTTPField.Name("Link") else { preconditionFailure("Link is a valid field name.") }
        return name
    }()
}
