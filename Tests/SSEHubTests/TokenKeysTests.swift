import Foundation
import JWTKit
import Logging
import NIOHTTP1
import SSEBroker
import SSETestSupport
import Testing

@testable import SSEHub

/// Keys of all kinds, and tokens that do not fit them.
@Suite(.timeLimit(.minutes(3)))
struct TokenKeysTests {
    @available(SwiftSSE 1.0, *)
    private func isValid(_ token: String, _ keys: TokenKeys) async -> Bool {
        let verifier = TokenVerifier(keys, Logger(label: "test"))
        return (try? await verifier.verify(token))?.allowsPublishing(to: ["a"]) ?? false
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [TokenAlgorithm.hs256, .hs384, .hs512])
    func `A secret verifies what is signed by its algorithm, and nothing else`(algorithm: TokenAlgorithm) async throws {
        let secret = String(repeating: "s", count: 64)
        let digests: [TokenAlgorithm: DigestAlgorithm] = [.hs256: .sha256, .hs384: .sha384, .hs512: .sha512]
        let keys = try TokenKeys.secret(secret, algorithm: algorithm)
        for (other, digest) in digests {
            for named in digests.keys {
                var token = TestToken.publishing(to: "a")
                token.header = #"{"alg":"\#(named.rawValue)"}"#
                token.key = secret
                token.digest = digest
                let isRight = other == algorithm && named == algorithm
                #expect(await self.isValid(try await token.signed(), keys) == isRight)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [TokenAlgorithm.rs256, .es256, .edDSA])
    func `A public key verifies what its private key has signed`(algorithm: TokenAlgorithm) async throws {
        let pair = try await KeyPair.make(algorithm)
        let keys = try TokenKeys.publicKey(pem: pair.pem, algorithm: algorithm)
        #expect(await self.isValid(try await pair.token(), keys))
        #expect(await self.isValid(try await pair.token(header: #"{"alg":"\#(algorithm.rawValue)","kid":"x"}"#), keys))
        // Named otherwise, or not at all.
        for header in ["{}", #"{"alg":"none"}"#, #"{"alg":"HS256"}"#, #"{"alg":null}"#, #"{"alg":1}"#] {
            #expect(await !self.isValid(try await pair.token(header: header), keys))
        }
        // The old trick: the public key, which everybody knows, as the secret of an HMAC.
        var confused = TestToken.publishing(to: "a")
        confused.key = pair.pem
        #expect(await !self.isValid(try await confused.signed(), keys))
        confused.header = #"{"alg":"\#(algorithm.rawValue)"}"#
        #expect(await !self.isValid(try await confused.signed(), keys))
        // Somebody else's.
        if algorithm != .rs256 {
            let other = try await KeyPair.make(algorithm)
            #expect(await !self.isValid(try await other.token(), keys))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A key set verifies by the key that the token names`() async throws {
        let pairs = [try await KeyPair.make(.rs256), try await KeyPair.make(.es256), try await KeyPair.make(.edDSA)]
        var list: [[String: Any]] = [["kty": "oct", "k": "AAAA"], ["kty": "EC", "crv": "P-521"], ["kty": 1], [:]]
        for (index, pair) in pairs.enumerated() {
            list.append(pair.jwk.merging(["kid": "\(index)", "use": "sig"]) { $1 })
        }
        let json = String(decoding: try JSONSerialization.data(withJSONObject: ["keys": list]), as: UTF8.self)
        let keys = try TokenKeys.keySet(json)
        for (index, pair) in pairs.enumerated() {
            let algorithm = pair.algorithm.rawValue
            #expect(
                await self.isValid(try await pair.token(header: #"{"alg":"\#(algorithm)","kid":"\#(index)"}"#), keys)
            )
            #expect(await self.isValid(try await pair.token(), keys))
            #expect(await !self.isValid(try await pair.token(header: #"{"alg":"\#(algorithm)","kid":"9"}"#), keys))
        }
        #expect(await !self.isValid(try await TestToken.publishing(to: "a").signed(), keys))
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "", "[]", "{}", #"{"keys":1}"#, #"{"keys":[]}"#, #"{"keys":[1,null,"x"]}"#,
        #"{"keys":[{"kty":"oct","k":"AAAA"}]}"#,
        #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"!"}]}"#,
        #"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","use":"enc"}]}"#,
    ])
    func `What is no key set is told`(json: String) async throws {
        #expect(throws: TokenKeysError.self) { try TokenKeys.keySet(json) }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A key that does not fit its algorithm is told`() async throws {
        let pair = try await KeyPair.make(.es256)
        for algorithm in [TokenAlgorithm.rs256, .edDSA, .hs256] {
            #expect(throws: TokenKeysError.self) { try TokenKeys.publicKey(pem: pair.pem, algorithm: algorithm) }
        }
        for pem in ["", "x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"] {
            #expect(throws: TokenKeysError.self) { try TokenKeys.publicKey(pem: pem, algorithm: .es256) }
        }
        for (algorithm, count) in [(TokenAlgorithm.hs256, 31), (.hs384, 47), (.hs512, 63), (.es256, 100)] {
            let secret = String(repeating: "s", count: count)
            let error = #expect(throws: TokenKeysError.self) { try TokenKeys.secret(secret, algorithm: algorithm) }
            #expect(error?.message.contains("sss") == false)
        }
        // The algorithm was forgotten, and whoever has the public key could sign.
        let error = #expect(throws: TokenKeysError.self) { try TokenKeys.secret(pair.pem) }
        #expect(error?.message == "HS256 takes a secret and not a key in PEM; set the algorithm that the key is for.")
    }
}
