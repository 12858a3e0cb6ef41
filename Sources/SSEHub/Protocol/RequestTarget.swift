/// What a request asks for.
@available(SwiftSSE 1.0, *)
struct RequestTarget: Sendable {
    /// The path of the hub (Mercure 0.x).
    static let hub = "/.well-known/mercure"

    /// The path, as it was sent.
    let path: String
    /// What follows the question mark.
    let query: Substring

    /// Reads a target, without the scheme and the authority that clients of a proxy send (RFC 9112, section 3.2.2).
    init(_ text: String) {
        var target = text[...]
        if !text.hasPrefix("/"), let scheme = text.firstRange(of: "://") {
            target = text[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
        }
        let queryStart = target.firstIndex(of: "?")
        self.path = String(target[..<(queryStart ?? target.endIndex)])
        self.query = queryStart.map { target[target.index(after: $0)...] } ?? ""
    }

    /// The segments of the path that follow another path, `nil` if it does not begin with that.
    func rest(beneath path: String) -> [Substring]? {
        guard self.path.hasPrefix(path) else { return nil }
        let rest = self.path.dropFirst(path.count)
        guard !rest.isEmpty else { return [] }
        guard rest.hasPrefix("/") else { return nil }
        return rest.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }
}
