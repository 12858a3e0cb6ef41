import Foundation
import JWTKit
import Logging
import NIOHTTP1
import SSEBroker
import SSETestSupport
import Testing

@testable import SSEHub

/// Publishing by token.
@Suite(.timeLimit(.minutes(3)))
struct TokenTests {
    @available(SwiftSSE 1.0, *)
    private func withTokenHub(_ test: (RunningHub) async throws -> Void) async throws {
        try await withHub {
            $0.publishPolicy = .bearersOfTokens(try .secret(TestToken.key))
        } _: {
            try await test($0)
        }
    }

    @available(SwiftSSE 1.0, *)
    private func status(of token: TestToken, topics: [String]) async throws -> String {
        let signed = try await token.signed()
        var status = ""
        try await self.withTokenHub { hub in
            let form = topics.map { "topic=\(percentEncoded($0))" }.joined(separator: "&")
            // Twice, since it is remembered the second time.
            for _ in 0..<2 {
                let response = try await hub.exchange(publication(form: form, ["Authorization: Bearer \(signed)"]))
                #expect(status.isEmpty || response.status == status)
                status = response.status
                #expect(status == "200 OK" || response.isOneLineOfText)
                if status == "401 Unauthorized" {
                    let challenge = response.head["WWW-Authenticate"].first ?? ""
                    #expect(challenge.hasPrefix("Bearer error=\"invalid_token\", error_description=\""))
                }
            }
            #expect(hub.broker.bounds.last == (status == "200 OK" ? 2 : 0))
        }
        return status
    }

    // MARK: Rights

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        (["a"], ["a"], "200 OK"),
        (["a", "b"], ["b", "a"], "200 OK"),
        (["*"], ["a", "https://example.com/1"], "200 OK"),
        (["https://example.com/{id}"], ["https://example.com/1", "https://example.com/2"], "200 OK"),
        (["a"], ["b"], "403 Forbidden"),
        (["a"], ["a", "b"], "403 Forbidden"),
        (["a"], ["A"], "403 Forbidden"),
        (["https://example.com/{id}"], ["https://example.com/1/2"], "403 Forbidden"),
        (["https://example.com/{id}"], ["https://example.com/1", "a"], "403 Forbidden"),
        ([], ["a"], "403 Forbidden"),
        // A selector that cannot be read is told of, and not passed over.
        (["{", ""], ["a"], "401 Unauthorized"),
        (["{", "a"], ["a"], "401 Unauthorized"),
    ])
    func `A token allows the topics that its selectors select`(
        selectors: [String],
        topics: [String],
        status: String
    ) async throws {
        let list = selectors.map { "\"\($0)\"" }.joined(separator: ",")
        let token = TestToken(payload: #"{"mercure":{"publish":[\#(list)]}}"#)
        #expect(try await self.status(of: token, topics: topics) == status)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("{}", "403 Forbidden"), (#"{"mercure":{}}"#, "403 Forbidden"), (#"{"mercure":null}"#, "403 Forbidden"),
        (#"{"mercure":{"subscribe":["*"]}}"#, "403 Forbidden"), (#"{"mercure":{"publish":null}}"#, "403 Forbidden"),
        (#"{"mercure":{"publish":"*"}}"#, "401 Unauthorized"), (#"{"mercure":{"publish":[1]}}"#, "401 Unauthorized"),
        (#"{"mercure":["publish"]}"#, "401 Unauthorized"), ("[]", "401 Unauthorized"), ("", "401 Unauthorized"),
        ("{\"mercure\":{\"publish\":[\"*\"]}", "401 Unauthorized"),
        (#"{"mercure":{"publish":["*"]},"other":[1,{}]}"#, "200 OK"),
    ])
    func `A token without the claim allows nothing`(payload: String, status: String) async throws {
        #expect(try await self.status(of: TestToken(payload: payload), topics: ["a"]) == status)
    }

    // MARK: Validity

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        (#","exp":1"#, "401 Unauthorized"), (#","exp":4102444800"#, "200 OK"), (#","exp":"never""#, "401 Unauthorized"),
        (#","nbf":4102444800"#, "401 Unauthorized"), (#","nbf":1"#, "200 OK"),
        (#","nbf":1,"exp":4102444800"#, "200 OK"),
    ])
    func `A token is valid for its time`(claims: String, status: String) async throws {
        #expect(try await self.status(of: .publishing(to: "*", claims: claims), topics: ["a"]) == status)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"HS384"}"#, #"{"alg":"HS512"}"#, #"{"alg":"RS256"}"#,
        #"{"alg":"ES256"}"#, #"{"alg":"hs256"}"#, #"{"alg":""}"#, #"{"alg":null}"#, "{}", "[]", "",
        #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","x":-1e300}"#,
        #"{"alg":"HS256","x":[9223372036854775808]}"#,
    ])
    func `A token that says it is signed otherwise is not valid, even if it is signed well`(header: String) async throws
    {
        var token = TestToken.publishing(to: "*")
        token.header = header
        #expect(try await self.status(of: token, topics: ["a"]) == "401 Unauthorized")
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A token that is signed otherwise is not valid, whatever it says`() async throws {
        for digest in [DigestAlgorithm.sha384, .sha512] {
            var token = TestToken.publishing(to: "*")
            token.digest = digest
            token.key = String(repeating: TestToken.key, count: 2)
            #expect(try await self.status(of: token, topics: ["a"]) == "401 Unauthorized")
        }
        var token = TestToken.publishing(to: "*")
        token.key = String(TestToken.key.reversed())
        #expect(try await self.status(of: token, topics: ["a"]) == "401 Unauthorized")
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A token of any other shape is not valid`() async throws {
        let signed = try await TestToken.publishing(to: "*").signed()
        let parts = signed.split(separator: ".")
        let none = TestToken.base64URL(#"{"alg":"none"}"#.utf8)
        let rights = TestToken.base64URL(#"{"mercure":{"publish":["*"]},"exp":4102444800}"#.utf8)
        let tokens = [
            "a", "a.b", "a.b.c", "a.b.c.d", "..", "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])",
            "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "\(parts[0]).\(rights).\(parts[2])",
            "\(signed).", ".\(signed)", "\(signed)x", "\(signed) \(signed)", "\"\(signed)\"",
            String(signed.dropLast(2)), String(repeating: "a", count: 8193), "\u{212A}", "%00",
        ]
        try await self.withTokenHub { hub in
            for token in tokens {
                let response = try await hub.exchange(publication(form: "topic=a", ["Authorization: Bearer \(token)"]))
                #expect(response.status == "401 Unauthorized", "\(token)")
                #expect(response.isOneLineOfText)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A valid token of more than 8 KiB is not looked at`() async throws {
        func token(_ count: Int) -> TestToken {
            .publishing(to: "*", claims: #","x":"\#(String(repeating: "x", count: count))""#)
        }
        #expect(try await self.status(of: token(5800), topics: ["a"]) == "200 OK")
        #expect(try await self.status(of: token(6200), topics: ["a"]) == "401 Unauthorized")
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The scheme's name may be written in any case, and nothing but the header counts`() async throws {
        let signed = try await TestToken.publishing(to: "*").signed()
        let missing = [
            [], ["Authorization: Basic \(signed)"], ["Authorization: \(signed)"], ["Authorization: Bearer"],
            ["Authorization: Bearer "], ["Cookie: authorization=\(signed)"], ["Authorization:"],
        ]
        try await self.withTokenHub { hub in
            for scheme in ["Bearer", "bearer", "BEARER", "Bearer  "] {
                let fields = ["Authorization: \(scheme) \(signed)"]
                #expect(try await hub.exchange(publication(form: "topic=a", fields)).status == "200 OK")
            }
            for fields in missing {
                let response = try await hub.exchange(publication(form: "topic=a&authorization=\(signed)", fields))
                #expect(response.status == "401 Unauthorized", "\(fields)")
                #expect(response.head["WWW-Authenticate"] == ["Bearer"])
                #expect(response.isOneLineOfText)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Forms behind one whose token has to be verified are published after it`() async throws {
        let signed = try await TestToken.publishing(to: "*").signed()
        try await self.withTokenHub { hub in
            try await hub.withConnection { client in
                let fields = ["Authorization: Bearer \(signed)"]
                try await client.send((0..<10).map { publication(form: "topic=a&id=\($0)", fields) }.joined())
                for number in 0..<10 {
                    #expect(try await client.exchange("").body == "\(number)")
                }
            }
        }
    }

    // MARK: What is remembered

    @available(SwiftSSE 1.0, *)
    @Test func `A token that has been verified is remembered, until it expires`() async throws {
        let verifier = TokenVerifier(try .secret(TestToken.key), Logger(label: "test"))
        let expiry = Date.now.timeIntervalSince1970 + 1.5
        let token = try await TestToken.publishing(to: "a", claims: #","exp":\#(expiry)"#).signed()
        #expect(try verifier.known(token) == nil)
        let grant = try await verifier.verify(token)
        #expect(grant.allowsPublishing(to: ["a"]) && !grant.allowsPublishing(to: ["b"]))
        #expect(!grant.allowsPublishing(to: ["a", "b"]))
        #expect(try verifier.known(token) != nil)
        try await waitUntil {
            do { return try verifier.known(token) == nil } catch { return true }
        }
    }
}
