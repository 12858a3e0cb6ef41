internal import JWTKit
internal import SSEBroker

/// What a token of the Mercure protocol 0.x grants to a publisher.
@available(SwiftSSE 1.0, *)
struct MercureClaims: JWTPayload {
    struct Grants: Codable, Sendable {
        var publish: [String]?
    }

    var mercure: Grants?
    var exp: ExpirationClaim?
    var nbf: NotBeforeClaim?

    func verify(using algorithm: some JWTAlgorithm) throws {
        try self.exp?.verifyNotExpired()
        try self.nbf?.verifyNotBefore()
    }
}
