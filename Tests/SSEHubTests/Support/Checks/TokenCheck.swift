import Crypto
import Foundation
import Logging
import NIOHTTP1

@testable import SSEHub

/// Whatever comes where a token may be, it is refused, or it is signed with the hub's key by the algorithm of that key.
@available(SwiftSSE 1.0, *)
package enum TokenCheck {
    /// What came out in another way than it must.
    package struct Mismatch: Error, CustomStringConvertible {
        package let description: String
    }

    static let secret = "0123456789abcdef0123456789abcdef"
    /// Nobody has its private half any more.
    static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEkHhP9ru+RRPsAtfifaXlHZne2we+
        efIRp5X3ZvffrYDPKOwZ7TRWJtbD+4eeJvLofEeykZCvhqQksAnCjL/++A==
        -----END PUBLIC KEY-----
        """

    /// Takes the first byte for settings and the others for a token, or for what one is made of.
    ///
    /// | bits | meaning |
    /// |---|---|
    /// | 0 and 1 | where it is: in the header as it is, in the header behind the scheme, in a cookie, in the query |
    /// | 2 and 3 | what it is: as it is, or its header and its claims, with a line feed between, signed; with 3, a signature is the third line |
    /// | 4 | whether the hub has a public key instead of a secret. What is signed then is signed with the key's text |
    /// | 5 | whether there is a second header |
    package static func check(_ input: [UInt8]) async throws {
        guard let settings = input.first else { return }
        let hasPublicKey = settings & 0x10 != 0
        let secret = SymmetricKey(data: Data((hasPublicKey ? Self.publicKey : Self.secret).utf8))
        let text = Self.token(Array(input.dropFirst()), kind: settings >> 2 & 0x03, secret)
        guard let token = try Self.presented(text, settings) else { return }
        let keys: TokenKeys =
            if hasPublicKey {
                try .publicKey(pem: Self.publicKey, algorithm: .es256)
            } else {
                try .secret(Self.secret)
            }
        let verifier = TokenVerifier(keys, Self.logger)
        do {
            guard try verifier.known(token) == nil else { throw Mismatch(description: "known before it was seen") }
            _ = try await verifier.verify(token)
        } catch let error as HubRefusal {
            try Self.require(error.status == .unauthorized, "refused with \(error.status)")
            try Self.require(token != Self.plain(secret) || hasPublicKey, "a good token is refused")
            return
        }
        try Self.require(!hasPublicKey, "accepted, although nobody can sign for this key")
        try Self.requireSignature(of: token, secret)
    }

    private static let logger = Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }

    /// The token that the hub finds in a request.
    private static func presented(_ text: String, _ settings: UInt8) throws -> String? {
        var headers: HTTPHeaders = [:]
        var query = ""
        switch settings & 0x03 {
        case 0: headers.add(name: "Authorization", value: text)
        case 1: headers.add(name: "Authorization", value: "Bearer \(text)")
        case 2: headers.add(name: "Cookie", value: "a=b; mercureAuthorization=\(text); c")
        default: query = "topic=a&authorization=\(text)"
        }
        let isTwice = settings & 0x20 != 0
        if isTwice { headers.add(name: "Authorization", value: "Basic abc") }
        do {
            let fields = settings & 0x03 == 3 ? try FormFields(query[...]) : nil
            let credentials = try Credentials(headers, query: fields, ProtocolNames(.version0))
            try Self.require(headers["Authorization"].count < 2, "two headers are one too many")
            guard let credentials else { return nil }
            try Self.require(credentials.isCookie == (settings & 0x03 == 2), "it does not come from there")
            try Self.require(!credentials.token.isEmpty, "an empty token is one")
            // A query has escapes, which may stand for anything.
            try Self.require(
                settings & 0x03 == 3 || Array(text.utf8).contains(Array(credentials.token.utf8)),
                "the token is another"
            )
            return credentials.token
        } catch let error as HubRefusal {
            try Self.require(error.status == .badRequest || error.status == .payloadTooLarge, "\(error.status)")
            return nil
        }
    }

    private static func require(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws(Mismatch) {
        if !condition { throw Mismatch(description: otherwise()) }
    }

    // MARK: The model

    /// What is certainly good.
    private static func plain(_ secret: SymmetricKey) -> String {
        Self.token(Array("{\"alg\":\"HS256\"}\n{}".utf8), kind: 1, secret)
    }

    private static func token(_ bytes: [UInt8], kind: UInt8, _ secret: SymmetricKey) -> String {
        guard kind != 0 else { return String(decoding: bytes, as: UTF8.self) }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
        func line(_ index: Int) -> ArraySlice<UInt8> { index < lines.count ? lines[index] : [] }
        let text = Self.encode(line(0)) + "." + Self.encode(line(1))
        if kind == 3 { return text + "." + String(decoding: line(2), as: UTF8.self) }
        return text + "." + Self.encode(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: secret))
    }

    /// What is accepted has three parts, the algorithm of the key in the first, and in the last the hash of the others.
    private static func requireSignature(of token: String, _ secret: SymmetricKey) throws(Mismatch) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        try Self.require(parts.count == 3, "accepted, with \(parts.count) parts")
        // Read as the hub reads it where there are two of a name, and not by what the hub reads it with.
        let header = Self.decode(parts[0]).flatMap { try? JSONDecoder().decode(Header.self, from: $0) }
        try Self.require(header?.alg == "HS256", "accepted, although it is signed otherwise")
        try Self.require(header?.isCritical == false, "accepted, although it is critical what it says")
        let hash = HMAC<SHA256>.authenticationCode(for: Data("\(parts[0]).\(parts[1])".utf8), using: secret)
        try Self.require(Self.decode(parts[2]) == Data(hash), "accepted, although it is not signed")
        let claims = Self.decode(parts[1]).flatMap { try? JSONDecoder().decode(Claims.self, from: $0) }
        if let expiry = claims?.exp {
            try Self.require(expiry > Date.now.timeIntervalSince1970 - 60, "accepted, although its time is over")
        }
    }

    private struct Header: Decodable {
        private enum CodingKeys: String, CodingKey {
            case alg, crit
        }

        let alg: String
        let isCritical: Bool

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.alg = try container.decode(String.self, forKey: .alg)
            self.isCritical = container.contains(.crit)
        }
    }

    private struct Claims: Decodable {
        let exp: Double?
    }

    private static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func decode(_ text: String) -> Data? {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        return Data(base64Encoded: base64)
    }
}
