/// How a token is signed (RFC 7518, section 3.1; RFC 8037, section 3.1).
@available(SwiftSSE 1.0, *)
public enum TokenAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// HMAC with SHA-256, by a secret that issuer and hub share.
    case hs256 = "HS256"

    /// HMAC with SHA-384.
    case hs384 = "HS384"

    /// HMAC with SHA-512.
    case hs512 = "HS512"

    /// RSA with SHA-256 and PKCS #1 v1.5.
    case rs256 = "RS256"

    /// ECDSA on the curve P-256 with SHA-256.
    case es256 = "ES256"

    /// Ed25519.
    case edDSA = "EdDSA"

    /// The fewest bytes of a secret, as many as the hash has (RFC 7518, section 3.2); `nil` where keys come in pairs.
    public var minimumSecretBytes: Int? {
        switch self {
        case .hs256: 32
        case .hs384: 48
        case .hs512: 64
        case .rs256, .es256, .edDSA: nil
        }
    }
}
