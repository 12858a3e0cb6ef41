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
    }

    /// The claim by its short name, which wins, and by the name that no other standard can have.
    private var mercure: Grants?
    private var namespaced: Grants?
    var exp: ExpirationClaim?
    private var nbf: NotBeforeClaim?

    var grants: Grants? { self.mercure ?? self.namespaced }

    func verify(using algorithm: some JWTAlgorithm) throws {
        try self.exp?.verifyNotExpired()
        try self.nbf?.verifyNotBefore()
    }
}
