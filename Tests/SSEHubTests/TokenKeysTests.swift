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
    /// A pair of keys, by the algorithm that it is for.
    @available(SwiftSSE 1.0, *)
    private struct Pair {
        let algorithm: TokenAlgorithm
        let pem: String
        let jwk: [String: String]
        let signers: JWTKeyCollection

        static func make(_ algorithm: TokenAlgorithm) async throws -> Pair {
            let signers = JWTKeyCollection()
            switch algorithm {
            case .rs256:
                let key = try Insecure.RSA.PrivateKey(pem: Self.rsaPEM)
                await signers.add(rsa: key, digestAlgorithm: .sha256)
                let parts = try key.publicKey.getKeyPrimitives()
                return Pair(
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
                return Pair(
                    algorithm: algorithm,
                    pem: key.publicKey.pemRepresentation,
                    jwk: ["kty": "EC", "crv": "P-256", "x": urlSafe(parts.x), "y": urlSafe(parts.y)],
                    signers: signers
                )
            default:
                let key = try EdDSA.PrivateKey(curve: .ed25519)
                await signers.add(eddsa: key)
                return Pair(
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
    private func isValid(_ token: String, _ keys: TokenKeys) async -> Bool {
        let verifier = TokenVerifier(keys, Logger(label: "test"))
        return (try? await verifier.verify(token))?.allowsPublishing(to: ["a"]) ?? false
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [TokenAlgorithm.hs256, .hs384, .hs512])
    func `a secret verifies what is signed by its algorithm, and nothing else`(algorithm: TokenAlgorithm) async throws {
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
    func `a public key verifies what its private key has signed`(algorithm: TokenAlgorithm) async throws {
        let pair = try await Pair.make(algorithm)
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
            let other = try await Pair.make(algorithm)
            #expect(await !self.isValid(try await other.token(), keys))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `a key set verifies by the key that the token names`() async throws {
        let pairs = [try await Pair.make(.rs256), try await Pair.make(.es256), try await Pair.make(.edDSA)]
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
    func `what is no key set is told`(json: String) async throws {
        #expect(throws: TokenKeysError.self) { try TokenKeys.keySet(json) }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `a key that does not fit its algorithm is told`() async throws {
        let pair = try await Pair.make(.es256)
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
    }

    // MARK: Sets that are loaded

    @available(SwiftSSE 1.0, *)
    @Test func `a set is loaded when it is needed, and not again for each key that nobody knows`() async throws {
        let pair = try await Pair.make(.edDSA)
        let json = String(
            decoding: try JSONSerialization.data(withJSONObject: ["keys": [pair.jwk.merging(["kid": "1"]) { $1 }]]),
            as: UTF8.self
        )
        let loads = Log<Void>()
        let keys = TokenKeys.keySet {
            loads.append(())
            return json
        }
        let verifier = TokenVerifier(keys, Logger(label: "test"))
        let token = try await pair.token()
        #expect(try await verifier.verify(token).allowsPublishing(to: ["a"]))
        let unknown = try await pair.token(header: #"{"alg":"EdDSA","kid":"2"}"#)
        for _ in 0..<10 {
            await #expect(throws: HubRefusal.self) { try await verifier.verify(unknown) }
        }
        #expect(loads.entries.count == 1)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `a set of the same name is good until the new one is there`() async throws {
        struct Failure: Error {}
        let pair = try await Pair.make(.edDSA)
        let json = String(decoding: try JSONSerialization.data(withJSONObject: ["keys": [pair.jwk]]), as: UTF8.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let token = try await pair.token()
        let first = TokenVerifier(.keySet(named: "a") { json }, logger)
        _ = try await first.verify(token)
        let second = TokenVerifier(.keySet(named: "a") { throw Failure() }, replacing: [first], logger)
        #expect(try await second.verify(token).allowsPublishing(to: ["a"]))
        let third = TokenVerifier(.keySet(named: "a") { throw Failure() }, replacing: [second], logger)
        #expect(try await third.verify(token).allowsPublishing(to: ["a"]))
        let other = TokenVerifier(.keySet(named: "b") { throw Failure() }, replacing: [third], logger)
        await #expect(throws: HubRefusal.self) { try await other.verify(token) }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `while a set cannot be loaded the hub says that it is not its client's fault`() async throws {
        struct Failure: Error {}
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let verifier = TokenVerifier(.keySet { throw Failure() }, logger)
        let token = try await Pair.make(.edDSA).token()
        let refusal = await #expect(throws: HubRefusal.self) { try await verifier.verify(token) }
        #expect(refusal?.status == .serviceUnavailable)
        #expect(refusal?.headers.first(name: "Retry-After") == "5")
    }
}
