import Foundation
import JWTKit
import Testing

@testable import SSEHub

/// A pair of keys, by the algorithm that it is for.
@available(SwiftSSE 1.0, *)
struct KeyPair {
    let algorithm: TokenAlgorithm
    let pem: String
    let jwk: [String: String]
    let signers: JWTKeyCollection

    static func make(_ algorithm: TokenAlgorithm) async throws -> KeyPair {
        let signers = JWTKeyCollection()
        switch algorithm {
        case .rs256:
            let key = try Insecure.RSA.PrivateKey(pem: Self.rsaPEM)
            await signers.add(rsa: key, digestAlgorithm: .sha256)
            let parts = try key.publicKey.getKeyPrimitives()
            return KeyPair(
                algorithm: algorithm,
                pem: key.publicKey.pemRepresentation,
                jwk: [
                    "kty": "RSA", "n": TestToken.base64URL(parts.modulus),
                    "e": TestToken.base64URL(parts.publicExponent),
                ],
                signers: signers
            )
        case .es256:
            let key = ES256PrivateKey()
            await signers.add(ecdsa: key)
            let parts = try #require(key.publicKey.parameters)
            func urlSafe(_ text: String) -> String {
                text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            }
            return KeyPair(
                algorithm: algorithm,
                pem: key.publicKey.pemRepresentation,
                jwk: ["kty": "EC", "crv": "P-256", "x": urlSafe(parts.x), "y": urlSafe(parts.y)],
                signers: signers
            )
        default:
            let key = try EdDSA.PrivateKey(curve: .ed25519)
            await signers.add(eddsa: key)
            return KeyPair(
                algorithm: algorithm,
                pem: key.publicKey.pemRepresentation,
                jwk: ["kty": "OKP", "crv": "Ed25519", "x": TestToken.base64URL(key.publicKey.rawRepresentation)],
                signers: signers
            )
        }
    }

    func token(header: String? = nil, payload: String = #"{"mercure":{"publish":["a"]}}"#) async throws -> String {
        let header = header ?? #"{"alg":"\#(self.algorithm.rawValue)"}"#
        let text = TestToken.base64URL(header.utf8) + "." + TestToken.base64URL(payload.utf8)
        return text + "." + TestToken.base64URL(try await self.signers.getKey().sign(Array(text.utf8)))
    }

    /// Made for this test, and used nowhere else.
    private static let rsaPEM = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try? process.run()
        return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }()
}

@available(SwiftSSE 1.0, *)
extension KeyPair {
    /// A set of keys that has this one.
    func keySet(id: String? = nil) throws -> String {
        let key = self.jwk.merging(id.map { ["kid": $0] } ?? [:]) { $1 }
        return String(decoding: try JSONSerialization.data(withJSONObject: ["keys": [key]]), as: UTF8.self)
    }
}
