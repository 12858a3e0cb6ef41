internal import JWTKit

/// What tokens are verified with.
///
/// Each key has one algorithm, which a token must name: what a token says never decides how it is verified.
///
/// ```swift
/// let keys = try TokenKeys.secret("0123456789abcdef0123456789abcdef")
/// ```
@available(SwiftSSE 1.0, *)
public struct TokenKeys: Sendable {
    enum Source: Sendable {
        case fixed([VerificationKey])
        case loaded(name: String?, every: Duration, @Sendable () async throws -> String)
    }

    let source: Source

    /// A secret that the issuer of tokens shares with the hub.
    ///
    /// - Parameters:
    ///   - secret: The secret, as text.
    ///   - algorithm: One of the HMAC algorithms.
    /// - Throws: ``TokenKeysError`` if the secret is shorter than ``TokenAlgorithm/minimumSecretBytes``, or if the
    ///   algorithm has no secret.
    public static func secret(
        _ secret: String,
        algorithm: TokenAlgorithm = .hs256
    ) throws(TokenKeysError) -> TokenKeys {
        TokenKeys(source: .fixed([try VerificationKey(secret: secret, algorithm: algorithm)]))
    }

    /// The public key of an issuer.
    ///
    /// - Parameters:
    ///   - pem: The key as PEM text.
    ///   - algorithm: One of the algorithms that have public keys.
    /// - Throws: ``TokenKeysError`` if the text is no key for the algorithm; an RSA key has at least 2048 bits.
    public static func publicKey(pem: String, algorithm: TokenAlgorithm) throws(TokenKeysError) -> TokenKeys {
        TokenKeys(source: .fixed([try VerificationKey(pem: pem, algorithm: algorithm)]))
    }

    /// These keys and others: what one of them verifies counts. So a secret can be rolled: the hub gets the new one beside
    /// the old one, then the issuer uses the new one, then the hub loses the old one.
    ///
    /// - Parameter others: Secrets or public keys.
    /// - Throws: ``TokenKeysError`` if one of both is loaded, since a set that is loaded has all its keys itself.
    public func adding(_ others: TokenKeys) throws(TokenKeysError) -> TokenKeys {
        guard case .fixed(let own) = self.source, case .fixed(let added) = others.source else {
            throw TokenKeysError("A key set that is loaded cannot be joined with other keys.")
        }
        return TokenKeys(source: .fixed(own + added))
    }

    /// A set of public keys (RFC 7517, section 5).
    ///
    /// - Parameter json: The set as JSON. Keys that are not for one of ``TokenAlgorithm``, or not for signatures, are
    ///   passed over.
    /// - Throws: ``TokenKeysError`` if it is no key set, or if no key of it can be used.
    public static func keySet(_ json: String) throws(TokenKeysError) -> TokenKeys {
        TokenKeys(source: .fixed(try VerificationKey.keys(ofSet: json)))
    }

    /// A set of public keys that is loaded when the hub starts, again and again after that, and when a token names a
    /// key that is not known. Until it has been loaded no token can be verified.
    ///
    /// One load takes place at a time. It is cancelled after ten seconds, and when the hub stops.
    ///
    /// - Parameters:
    ///   - name: What the set is known by, such as its address. When a hub's keys are replaced by a set of the same name,
    ///     those that have been loaded are good until the new ones are there.
    ///   - interval: The time between two loads. 5 minutes by default.
    ///   - load: Gets the set as JSON, such as from the address where the issuer has it. It must end when its task is
    ///     cancelled.
    public static func keySet(
        named name: String? = nil,
        refreshedEvery interval: Duration = .seconds(300),
        _ load: @escaping @Sendable () async throws -> String
    ) -> TokenKeys {
        TokenKeys(source: .loaded(name: name, every: interval, load))
    }
}

/// Why keys cannot be used.
@available(SwiftSSE 1.0, *)
public struct TokenKeysError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in one sentence without the key.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The same as ``message``.
    public var description: String { self.message }
}

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
