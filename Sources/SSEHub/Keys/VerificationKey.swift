internal import Foundation
internal import JWTKit

/// A key with the one algorithm that it is for.
@available(SwiftSSE 1.0, *)
struct VerificationKey: Sendable {
    /// The key's name in its set, `nil` if it is alone.
    let id: String?
    let algorithm: TokenAlgorithm
    /// Puts the key into an empty collection, as its only one.
    private let add: @Sendable (JWTKeyCollection) async -> Void

    init(secret: String, algorithm: TokenAlgorithm) throws(TokenKeysError) {
        guard let minimum = algorithm.minimumSecretBytes else {
            throw TokenKeysError("\(algorithm.rawValue) takes a public key and not a secret.")
        }
        // Else whoever has the public key could sign tokens with it.
        guard !secret.contains("-----BEGIN ") else {
            throw TokenKeysError(
                "\(algorithm.rawValue) takes a secret and not a key in PEM; set the algorithm that the key is for."
            )
        }
        guard secret.utf8.count >= minimum else {
            throw TokenKeysError(
                "The key has \(secret.utf8.count) bytes; a key for \(algorithm.rawValue) has at least \(minimum)."
            )
        }
        let digest: DigestAlgorithm =
            switch algorithm {
            case .hs384: .sha384
            case .hs512: .sha512
            default: .sha256
            }
        let key = HMACKey(from: secret)
        self.init(id: nil, algorithm: algorithm) { await $0.add(hmac: key, digestAlgorithm: digest) }
    }

    init(pem: String, algorithm: TokenAlgorithm) throws(TokenKeysError) {
        do {
            switch algorithm {
            case .rs256:
                let key = try Insecure.RSA.PublicKey(pem: pem)
                self.init(id: nil, algorithm: algorithm) { await $0.add(rsa: key, digestAlgorithm: .sha256) }
            case .es256:
                let key = try ES256PublicKey(pem: pem)
                self.init(id: nil, algorithm: algorithm) { await $0.add(ecdsa: key) }
            case .edDSA:
                let key = try EdDSA.PublicKey(pem: pem)
                self.init(id: nil, algorithm: algorithm) { await $0.add(eddsa: key) }
            case .hs256, .hs384, .hs512:
                throw TokenKeysError("\(algorithm.rawValue) takes a secret and not a public key.")
            }
        } catch let error as TokenKeysError {
            throw error
        } catch {
            let size = algorithm == .rs256 ? " of 2048 bits or more" : ""
            throw TokenKeysError("The key is no public key in PEM\(size) for \(algorithm.rawValue).")
        }
    }

    private init(
        id: String?,
        algorithm: TokenAlgorithm,
        add: @escaping @Sendable (JWTKeyCollection) async -> Void
    ) {
        self.id = id
        self.algorithm = algorithm
        self.add = add
    }

    // MARK: Key sets

    /// The most keys of a set.
    private static let maximumKeys = 100

    /// Reads a set, one key by one, so that a key of a kind that nobody here knows does not spoil the others.
    static func keys(ofSet json: String) throws(TokenKeysError) -> [VerificationKey] {
        guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any],
            let list = object["keys"] as? [Any]
        else {
            throw TokenKeysError("The key set is no JSON Web Key Set, which is an object with “keys”.")
        }
        let keys = list.prefix(Self.maximumKeys).compactMap { ($0 as? [String: Any]).flatMap(Self.init(jwk:)) }
        guard !keys.isEmpty else {
            throw TokenKeysError("The key set has no public key for RS256, ES256 or EdDSA.")
        }
        return keys
    }

    private init?(jwk fields: [String: Any]) {
        if let use = fields["use"] as? String, use != "sig" { return nil }
        func text(_ name: String) -> String { fields[name] as? String ?? "" }
        let algorithm: TokenAlgorithm
        let add: @Sendable (JWTKeyCollection) async -> Void
        switch (text("kty"), text("crv")) {
        case ("RSA", _):
            guard let key = try? Insecure.RSA.PublicKey(modulus: text("n"), exponent: text("e")) else { return nil }
            algorithm = .rs256
            add = { await $0.add(rsa: key, digestAlgorithm: .sha256) }
        case ("EC", "P-256"):
            guard let key = try? ES256PublicKey(parameters: (text("x"), text("y"))) else { return nil }
            algorithm = .es256
            add = { await $0.add(ecdsa: key) }
        case ("OKP", "Ed25519"):
            guard let key = try? EdDSA.PublicKey(x: text("x"), curve: .ed25519) else { return nil }
            algorithm = .edDSA
            add = { await $0.add(eddsa: key) }
        default: return nil
        }
        // A key without an algorithm is for the usual one of its kind.
        if let named = fields["alg"] as? String, named != algorithm.rawValue { return nil }
        self.init(id: fields["kid"] as? String, algorithm: algorithm, add: add)
    }

    // MARK: Verifying

    /// Whether a token with such a header can be of this key.
    func fits(_ header: JWTHeader) -> Bool {
        header.alg == self.algorithm.rawValue && (self.id == nil || header.kid == nil || header.kid == self.id)
    }

    /// Verifies a token's signature.
    func verify(_ token: String) async throws -> MercureClaims {
        let collection = JWTKeyCollection()
        await self.add(collection)
        return try await collection.verify(token, as: MercureClaims.self)
    }
}
