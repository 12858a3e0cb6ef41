internal import Foundation
internal import Testing

/// A token that lets its bearer publish, and have private events.
enum PublisherToken {
    static let key = "0123456789abcdef0123456789abcdef"

    /// Signs a token by hand, so that the hub's own library is not the judge of itself.
    ///
    /// - Parameters:
    ///   - topics: The topics that may be published to.
    ///   - subscribed: The topics whose private events the bearer gets.
    ///   - key: The key to sign with.
    @available(SwiftSSE 1.0, *)
    static func make(
        topics: [String] = ["*"],
        subscribed: [String] = [],
        key: String = Self.key
    ) async throws -> String {
        let header = Self.base64URL(Data(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
        let payload = Self.base64URL(
            try JSONEncoder().encode(["mercure": ["publish": topics, "subscribe": subscribed]])
        )
        let openssl = try #require(Executable.named("openssl"))
        let result = try await run(openssl, ["dgst", "-sha256", "-hmac", key, "-r"], input: "\(header).\(payload)")
        let digits = Array(result.output.prefix { $0.isHexDigit })
        let signature = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        try #require(signature.count == 32)
        return "\(header).\(payload).\(Self.base64URL(Data(signature)))"
    }

    static func base64URL(_ bytes: Data) -> String { self.urlSafe(bytes.base64EncodedString()) }

    /// Base64 as tokens have it (RFC 7515, section 2).
    static func urlSafe(_ base64: String) -> String {
        base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
