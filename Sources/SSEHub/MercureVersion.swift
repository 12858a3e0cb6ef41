/// Which generation of the Mercure protocol a hub speaks.
///
/// The two differ in what things are called. What the hub knows of 1.0 are those names; what it leaves out is listed in
/// <doc:ComingFromMercure>.
@available(SwiftSSE 1.0, *)
public enum MercureVersion: String, Sendable, Hashable, CaseIterable {
    /// That of Internet-Draft 07, which clients in production speak.
    case version0 = "0.x"

    /// That of Internet-Draft 08.
    case version1 = "1.0"

    /// Both: each client is understood by the names that it uses, and answered by those of both.
    case both

    /// The name of the parameter by which a subscriber says what it wants: `topic`, or with 1.0 alone `match`.
    public var matcherName: String { self == .version1 ? "match" : "topic" }
}
