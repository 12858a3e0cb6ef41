/// The topics that nobody may publish to: those that lead to a place beneath the hub, where its own events come from.
///
/// A topic may be any reference to a URL, so it is looked at as a browser would resolve it against the hub's URL (WHATWG
/// URL standard): with any authority, with backslashes for slashes, dot segments, and escapes, also of escapes. What
/// merely might lead there is refused as well. A topic that is a query or a fragment only, such as `#general`, is not:
/// nothing of the hub's is there.
@available(SwiftSSE 1.0, *)
struct ReservedTopics: Sendable {
    private static let maximumUnescaping = 4

    /// The hub's path, by its segments.
    private let segments: [String]

    /// - Parameter path: The hub's path.
    init(path: String) {
        self.segments = path.split(separator: "/").map { $0.lowercased() }
    }

    /// Whether nobody may publish to a topic.
    func contains(_ topic: String) -> Bool {
        var text = topic
        for _ in 0..<Self.maximumUnescaping {
            if self.leadsHere(text) { return true }
            let unescaped = Self.unescape(text)
            if unescaped == text { return false }
            text = unescaped
        }
        // Nobody escapes escapes so often without an aim.
        return true
    }

    private func leadsHere(_ topic: String) -> Bool {
        let text = Self.plain(topic).drop { $0 == " " }
        let reference = text.prefix { $0 != "?" && $0 != "#" }
        if let scheme = Self.scheme(reference) {
            let rest = reference[scheme...]
            // `https:/host/path` has an authority for a browser, and `https:path` none if the hub's scheme is the same.
            return self.isReserved(Self.withoutAuthority(rest.drop { $0 == "/" })) || self.isReserved(rest)
                || self.isReserved(self.base + rest)
        }
        if reference.hasPrefix("//") { return self.isReserved(Self.withoutAuthority(reference.drop { $0 == "/" })) }
        if reference.hasPrefix("/") { return self.isReserved(reference) }
        return !reference.isEmpty && self.isReserved(self.base + reference)
    }

    /// The topic with slashes for backslashes, and with a plain character for each scalar that the hub's path has not:
    /// otherwise a combining mark behind a slash would make one character of the two, which is no slash any more.
    private static func plain(_ topic: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in topic.unicodeScalars {
            plain.append(!scalar.isASCII ? "\u{FFFD}" : scalar == "\\" ? "/" : scalar)
        }
        return String(plain)
    }

    /// What relative references are relative to: the hub's path up to its last slash.
    private var base: String { "/" + self.segments.dropLast().map { $0 + "/" }.joined() }

    /// Where what follows a scheme begins.
    private static func scheme(_ reference: Substring) -> Substring.Index? {
        guard let colon = reference.firstIndex(of: ":"), let first = reference.first, first.isASCII, first.isLetter,
            reference[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        else {
            return nil
        }
        return reference.index(after: colon)
    }

    private static func withoutAuthority(_ text: Substring) -> Substring { text.drop { $0 != "/" } }

    private func isReserved(_ path: some StringProtocol) -> Bool {
        var segments: [String] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = segments.popLast()
            default: segments.append(segment.lowercased())
            }
        }
        return segments.starts(with: self.segments)
    }

    /// The text with its escapes undone. What is not UTF-8 then is replaced, and so reserves nothing.
    private static func unescape(_ text: String) -> String {
        String(decoding: PercentEncoding.decode(Array(text.utf8)[...]), as: UTF8.self)
    }
}
