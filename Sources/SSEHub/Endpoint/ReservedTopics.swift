/// The topics that nobody may publish to: those that lead to a place beneath the hub, where its own events come from.
///
/// A topic may be any reference to a URL, so it is looked at as a browser would resolve it against the hub's URL (WHATWG
/// URL standard): with any authority, with backslashes for slashes, dot segments, and escapes, also of escapes. What
/// merely might lead there is refused as well. A topic that is a query or a fragment only, such as `#general`, is not:
/// nothing of the hub's is there.
///
/// It is asked of each topic of each event that is published, so it goes over bytes: all that matters here is ASCII.
@available(SwiftSSE 1.0, *)
struct ReservedTopics: Sendable {
    private static let maximumUnescaping = 4

    /// The hub's path, by its segments in lower case.
    private let segments: [[UInt8]]
    /// What relative references are relative to: the hub's path up to its last slash.
    private let base: [UInt8]

    /// - Parameter path: The hub's path.
    init(path: String) {
        let segments = path.utf8.split(separator: UInt8(ascii: "/")).map { $0.map(\.asciiLowercased) }
        self.segments = segments
        self.base = segments.dropLast().reduce(into: [UInt8(ascii: "/")]) { $0 += $1 + [UInt8(ascii: "/")] }
    }

    /// Whether nobody may publish to a topic.
    func contains(_ topic: String) -> Bool {
        var text = Array(topic.utf8)
        for _ in 0..<Self.maximumUnescaping {
            if self.leadsHere(text) { return true }
            guard text.contains(UInt8(ascii: "%")) else { return false }
            let unescaped = PercentEncoding.decode(text[...])
            if unescaped == text { return false }
            text = unescaped
        }
        // Nobody escapes escapes so often without an aim.
        return true
    }

    private func leadsHere(_ topic: [UInt8]) -> Bool {
        // As a browser takes a backslash.
        let text = topic.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }
        let reference = text.drop { $0 == UInt8(ascii: " ") }
            .prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        if let scheme = Self.scheme(reference) {
            let rest = reference[scheme...]
            // `https:/host/path` has an authority for a browser, and `https:path` none if the hub's scheme is the same.
            return self.isReserved(Self.withoutAuthority(rest)) || self.isReserved(rest)
                || self.isReserved((self.base + rest)[...])
        }
        if reference.starts(with: "//".utf8) { return self.isReserved(Self.withoutAuthority(reference)) }
        if reference.first == UInt8(ascii: "/") { return self.isReserved(reference) }
        return !reference.isEmpty && self.isReserved((self.base + reference)[...])
    }

    /// Where what follows a scheme begins.
    private static func scheme(_ reference: ArraySlice<UInt8>) -> Int? {
        guard reference.first?.isLetter == true, let colon = reference.firstIndex(where: { !$0.isOfScheme }),
            reference[colon] == UInt8(ascii: ":")
        else {
            return nil
        }
        return colon + 1
    }

    private static func withoutAuthority(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        text.drop { $0 == UInt8(ascii: "/") }.drop { $0 != UInt8(ascii: "/") }
    }

    private func isReserved(_ path: ArraySlice<UInt8>) -> Bool {
        var segments: [ArraySlice<UInt8>] = []
        for segment in path.split(separator: UInt8(ascii: "/")) {
            if segment.elementsEqual(".".utf8) { continue }
            if segment.elementsEqual("..".utf8) { _ = segments.popLast() } else { segments.append(segment) }
        }
        return segments.count >= self.segments.count
            && zip(segments, self.segments).allSatisfy { $0.lazy.map(\.asciiLowercased).elementsEqual($1) }
    }
}

extension UInt8 {
    fileprivate var asciiLowercased: UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
    }

    fileprivate var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self.asciiLowercased }

    /// Whether a scheme has this byte behind its first one (RFC 3986, section 3.1).
    fileprivate var isOfScheme: Bool {
        self.isLetter || UInt8(ascii: "0")...UInt8(ascii: "9") ~= self || "+-.".utf8.contains(self)
    }
}
