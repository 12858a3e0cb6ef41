import Foundation
import Logging
import NIOHTTP1
import SSEBroker
import SSETestSupport
import Testing

@testable import SSEHub

/// What is said of tokens that are refused: to their clients, and in the log.
@Suite(.timeLimit(.minutes(3)))
struct TokenFaultTests {
    /// A token, why it is refused, and what the log has beside that.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var header = #"{"alg":"HS256","kid":"k1"}"#
        var claims = ""
        var selector = "a"
        var key = TestToken.key
        let text: String
        var logged = ["iss=me", "kid=k1"]
    }

    static let faults: [Fault] = [
        Fault(
            testDescription: "expired",
            claims: #","exp":1000"#,
            text: "The token has expired.",
            logged: ["exp=1000.0", "iss=me", "kid=k1"]
        ),
        Fault(testDescription: "not yet valid", claims: #","nbf":4102444800"#, text: "The token is not valid yet."),
        Fault(
            testDescription: "another key",
            key: String(TestToken.key.reversed()),
            text: "The signature of the token does not fit a key of this hub."
        ),
        Fault(
            testDescription: "another algorithm",
            header: #"{"alg":"HS512","kid":"k1"}"#,
            text: "The token is signed with an algorithm that this hub does not take."
        ),
        Fault(
            testDescription: "a selector that is none",
            selector: "{",
            text: "The claim mercure.CLAIM of the token has something that is no topic selector."
        ),
        Fault(
            testDescription: "a time that is none",
            claims: #","exp":"soon""#,
            text: "A claim of the token does not have the form of the Mercure protocol.",
            logged: ["kid=k1"]
        ),
        Fault(
            testDescription: "no token",
            header: "no",
            text: "The token is not a JSON Web Token that can be read.",
            logged: []
        ),
        Fault(
            testDescription: "too long",
            claims: #","x":"\#(String(repeating: "x", count: 8000))""#,
            text: "The token is longer than 8192 bytes.",
            logged: []
        ),
    ]

    @available(SwiftSSE 1.0, *)
    @Test(arguments: faults, ["publish", "subscribe"])
    func `Client and log are told why a token counts for nothing`(fault: Fault, claim: String) async throws {
        let payload = #"{"mercure":{"\#(claim)":["\#(fault.selector)"]},"iss":"me"\#(fault.claims)}"#
        let token = try await TestToken(header: fault.header, payload: payload, key: fault.key).signed()
        let text = fault.text.replacing("CLAIM", with: claim)
        let lines = Log<String>()
        try await withHub(lines: lines) {
            $0.publishPolicy = .bearersOfTokens(try .secret(TestToken.key))
            $0.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key), admitsOthers: true)
        } _: { hub in
            let fields = ["Authorization: Bearer \(token)"]
            let request = claim == "publish" ? publication(form: "topic=a", fields) : subscription("?topic=a", fields)
            let answer = try await hub.exchange(request)
            #expect(answer.status == "401 Unauthorized" && answer.body == text + "\n")
            #expect(
                answer.head["WWW-Authenticate"]
                    == ["Bearer error=\"invalid_token\", error_description=\"\(text)\""]
            )
        }
        let line = try #require(lines.entries.first { $0.contains("Token refused") })
        #expect(line.hasPrefix("INFO     Token refused ") && line.contains(text))
        #expect(line.contains(claim == "publish" ? "of=publisher" : "of=subscriber"))
        for part in fault.logged { #expect(line.contains(part), "\(line)") }
        #expect(!line.contains(token.suffix(20)))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A signature of another length is a wrong one, and labels are cut by scalars`() async throws {
        let pair = try await KeyPair.make(.es256)
        let lines = Log<String>()
        try await withHub(lines: lines) {
            $0.publishPolicy = .bearersOfTokens(try .keySet(try pair.keySet()))
        } _: { hub in
            let accents = "a" + String(repeating: "\u{301}", count: 1000)
            let token = try await pair.token(header: #"{"alg":"ES256","kid":"\#(accents)"}"#)
            let answer = try await hub.exchange(publication(form: "topic=a", ["Authorization: Bearer \(token)AAAA"]))
            #expect(answer.body == TokenFault.signature.text + "\n")
        }
        let line = try #require(lines.entries.first { $0.contains("Token refused") })
        #expect(line.utf8.count < 1000)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A key that a set does not have is told apart from an algorithm`() async throws {
        let pair = try await KeyPair.make(.edDSA)
        let verifier = TokenVerifier(try .keySet(try pair.keySet(id: "1")), Self.logger)
        for (header, text) in [
            (#"{"alg":"EdDSA","kid":"2"}"#, "The token is signed with a key that this hub does not know."),
            (#"{"alg":"ES256","kid":"1"}"#, "The token is signed with an algorithm that this hub does not take."),
        ] {
            let token = try await pair.token(header: header)
            let refusal = await #expect(throws: HubRefusal.self) { try await verifier.verify(token) }
            #expect(refusal?.message == text)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [#","exp":EARLIER"#, #","nbf":LATER"#])
    func `Clocks may differ by the leeway`(claims: String) async throws {
        let now = Date.now.timeIntervalSince1970
        let claims = claims.replacing("EARLIER", with: "\(now - 1000)").replacing("LATER", with: "\(now + 1000)")
        let token = try await TestToken.publishing(to: "a", claims: claims).signed()
        let keys = try TokenKeys.secret(TestToken.key)
        let patient = TokenVerifier(keys, leeway: .seconds(2000), Self.logger)
        #expect(try await patient.verify(token).allowsPublishing(to: ["a"]))
        let strict = TokenVerifier(keys, leeway: .seconds(500), Self.logger)
        await #expect(throws: HubRefusal.self) { try await strict.verify(token) }
        #expect(HubConfiguration.defaults.tokenLeeway == .seconds(5))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Of two secrets each is good, and a third is not`() async throws {
        let others = (0..<2).map { String(repeating: "\($0)", count: 32) }
        let keys = try TokenKeys.secret(TestToken.key).adding(.secret(others[0]))
        let verifier = TokenVerifier(keys, Self.logger)
        for (key, isGood) in [(TestToken.key, true), (others[0], true), (others[1], false)] {
            var token = TestToken.publishing(to: "a")
            token.key = key
            let signed = try await token.signed()
            let fault = await thrownError { _ = try await verifier.verify(signed) }
            #expect((fault == nil) == isGood)
        }
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
