import Foundation
import JWTKit

/// A JSON Web Token put together by hand, so that it can be wrong.
struct TestToken {
    static let key = "0123456789abcdef0123456789abcdef"

    var header = #"{"alg":"HS256","typ":"JWT"}"#
    var payload: String
    var key = Self.key
    var digest = DigestAlgorithm.sha256

    /// A token that may publish to what these selectors select.
    static func publishing(to selectors: String..., claims: String = "") -> TestToken {
        let list = selectors.map { "\"\($0)\"" }.joined(separator: ",")
        return TestToken(payload: #"{"mercure":{"publish":[\#(list)]}\#(claims)}"#)
    }

    /// A token that may have the private events of these topics.
    static func subscribing(to selectors: String..., claims: String = "") -> TestToken {
        let list = selectors.map { "\"\($0)\"" }.joined(separator: ",")
        return TestToken(payload: #"{"mercure":{"subscribe":[\#(list)]}\#(claims)}"#)
    }

    /// The token with its signature.
    func signed() async throws -> String {
        let keys = await JWTKeyCollection().add(hmac: HMACKey(from: self.key), digestAlgorithm: self.digest)
        let text = Self.base64URL(self.header.utf8) + "." + Self.base64URL(self.payload.utf8)
        let signature = try await keys.getKey().sign(Array(text.utf8))
        return text + "." + Self.base64URL(signature)
    }

    static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
