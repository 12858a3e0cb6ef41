internal import Foundation
internal import JWTKit

/// What a token of the Mercure protocol 0.x says.
@available(SwiftSSE 1.0, *)
struct MercureClaims: JWTPayload {
    struct Grants: Codable, Sendable {
        var publish: [String]?
        var subscribe: [String]?
        var payload: JSONValue?
    }

    private enum CodingKeys: String, CodingKey {
        case mercure
        case namespaced = "https://mercure.rocks/"
        case exp
        case nbf
        case iss
    }

    /// The claim by its short name, which wins, and by the name that no other standard can have.
    private var mercure: Grants?
    private var namespaced: Grants?
    private var exp: ExpirationClaim?
    private var nbf: NotBeforeClaim?
    private var iss: JSONValue?

    var grants: Grants? { self.mercure ?? self.namespaced }

    var issuer: String? { if case .string(let issuer) = self.iss { issuer } else { nil } }

    var expiry: Date? { self.exp?.value }

    var beginning: Date? { self.nbf?.value }

    /// The times are looked at where it can be said what is wrong with them.
    func verify(using algorithm: some JWTAlgorithm) throws {}
}
