import Foundation
import JWTKit
import Logging
import SSEBroker
import SSETestSupport
import Testing

@testable import SSEHub

/// Subscribing by token.
@Suite(.timeLimit(.minutes(3)))
struct SubscriberTokenTests {
    @available(SwiftSSE 1.0, *)
    private func withTokenHub(
        admitsOthers: Bool = false,
        _ configure: (inout HubConfiguration) -> Void = { _ in },
        _ test: (RunningHub) async throws -> Void
    ) async throws {
        try await withHub {
            $0.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key), admitsOthers: admitsOthers)
            configure(&$0)
        } _: {
            try await test($0)
        }
    }

    /// The status with which a subscription is answered, and the challenge.
    @available(SwiftSSE 1.0, *)
    private func status(_ hub: RunningHub, _ query: String, _ fields: [String]) async throws -> String {
        try await hub.withConnection { client in
            let head = try await client.subscribe(query, fields)
            return head.statusLine.dropFirst("HTTP/1.1 ".count)
                + (head["WWW-Authenticate"].first.map { "; \($0)" } ?? "")
        }
    }

    @available(SwiftSSE 1.0, *)
    private func expect(
        _ status: String,
        _ hub: RunningHub,
        _ query: String,
        _ fields: [String],
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await self.status(hub, query, fields)
        #expect(
            found == status || found.hasPrefix(status + ", error_description="),
            sourceLocation: location
        )
    }

    @available(SwiftSSE 1.0, *)
    private func expect(
        _ status: String,
        _ hub: RunningHub,
        _ fields: [String],
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        try await self.expect(status, hub, "?topic=a", fields, location)
    }

    private static let invalid = "401 Unauthorized; Bearer error=\"invalid_token\""

    @available(SwiftSSE 1.0, *)
    @Test func `Without a token nobody subscribes, unless others are admitted`() async throws {
        for fields in [
            [], ["Authorization: Basic x"], ["Authorization: Bearer"], ["Authorization: Bearer  "], ["Cookie: a=b"],
        ] {
            try await self.withTokenHub { hub in
                try await self.expect("401 Unauthorized; Bearer", hub, fields)
                // Nor is anything told of how it would be.
                try await self.expect("401 Unauthorized; Bearer", hub, "?topic=a&lastEventID=x", fields)
            }
            try await self.withTokenHub(admitsOthers: true) { hub in
                try await self.expect("200 OK", hub, fields)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A token is found in the header, in the cookie and, if that is allowed, in the query`() async throws {
        let token = try await TestToken.subscribing(to: "a").signed()
        try await self.withTokenHub { hub in
            for fields in [
                ["Authorization: Bearer \(token)"], ["authorization: bearer  \(token)"],
                ["Cookie: mercureAuthorization=\(token)"], ["Cookie: a=b; mercureAuthorization=\(token); c=d"],
                ["Cookie: a=b", "Cookie: mercureAuthorization=\(token)"],
                // The header wins, even over a cookie that is wrong.
                ["Cookie: mercureAuthorization=wrong", "Authorization: Bearer \(token)"],
            ] {
                try await self.expect("200 OK", hub, fields)
            }
            try await self.expect("401 Unauthorized; Bearer", hub, "?topic=a&authorization=\(token)", [])
            let wrong = ["Cookie: mercureAuthorization=\(token)", "Authorization: Bearer wrong"]
            try await self.expect(Self.invalid, hub, wrong)
            try await self.expect(
                "400 Bad Request; Bearer error=\"invalid_request\"",
                hub,
                ["Authorization: Bearer \(token)", "Authorization: Bearer \(token)"]
            )
        }
        try await self.withTokenHub {
            $0.allowsTokenInQuery = true
        } _: { hub in
            try await self.expect("200 OK", hub, "?topic=a&authorization=\(token)", [])
            try await self.expect(Self.invalid, hub, "?topic=a&authorization=wrong", [])
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A token that is not valid is refused, also where others are admitted`() async throws {
        let now = Date.now.timeIntervalSince1970
        var tokens = [
            "wrong", "a.b.c", "..", String(repeating: "x", count: 10_000),
            try await TestToken.subscribing(to: "a", claims: #","exp":\#(now - 100)"#).signed(),
            try await TestToken.subscribing(to: "a", claims: #","nbf":\#(now + 100)"#).signed(),
        ]
        var foreign = TestToken.subscribing(to: "a")
        foreign.key = String(TestToken.key.reversed())
        tokens.append(try await foreign.signed())
        var none = TestToken.subscribing(to: "a")
        none.header = #"{"alg":"none"}"#
        tokens.append(try await none.signed())
        tokens.append(try await none.signed().prefix { $0 != "." } + "." + TestToken.base64URL(none.payload.utf8) + ".")
        for admitsOthers in [false, true] {
            try await self.withTokenHub(admitsOthers: admitsOthers) { [tokens] hub in
                for token in tokens {
                    try await self.expect(Self.invalid, hub, ["Authorization: Bearer \(token)"])
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A stream ends with its token`() async throws {
        try await self.withTokenHub { hub in
            try await hub.withConnection { client in
                // Long enough to subscribe on a busy machine, once all is there.
                let expiry = Date.now.timeIntervalSince1970 + 8
                let token = try await TestToken.subscribing(to: "a", claims: #","exp":\#(expiry)"#).signed()
                let head = try await client.subscribe("?topic=a", ["Authorization: Bearer \(token)"])
                #expect(head.statusLine == "HTTP/1.1 200 OK")
                // In order, and about when the token expires; nothing else ends it for much longer.
                #expect(try await client.readToEnd().hasSuffix("0\r\n\r\n"))
                #expect(Date.now.timeIntervalSince1970 <= expiry + 20)
                try await hub.waitForSubscribers(0)
                try await waitUntil { Date.now.timeIntervalSince1970 > expiry + 5 }
                try await self.expect(Self.invalid, hub, ["Authorization: Bearer \(token)"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The namespaced claim counts as well`() async throws {
        let token = TestToken(payload: #"{"https://mercure.rocks/":{"subscribe":["a"],"publish":["b"]}}"#)
        let verifier = TokenVerifier(try .secret(TestToken.key), Logger(label: "test"))
        let grant = try await verifier.verify(try await token.signed())
        #expect(grant.allowsPublishing(to: ["b"]) && !grant.allowsPublishing(to: ["a"]))
        #expect(grant.subscribe.map(\.description) == ["a"])
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Keys can be changed while streams go on`() async throws {
        let token = try await TestToken.subscribing(to: "a").signed()
        try await self.withTokenHub { hub in
            try await hub.withConnection { client in
                _ = try await client.subscribe("?topic=a", ["Authorization: Bearer \(token)"])
                let other = String(TestToken.key.reversed())
                hub.hub.reload(publishPolicy: .everybody, subscribePolicy: .bearersOfTokens(try .secret(other)))
                try await self.expect(Self.invalid, hub, ["Authorization: Bearer \(token)"])
                var newer = TestToken.subscribing(to: "a")
                newer.key = other
                try await self.expect("200 OK", hub, ["Authorization: Bearer \(try await newer.signed())"])
                _ = try await hub.exchange(publication(form: "topic=a&data=still"))
                _ = try await client.readEvents(through: "still")
            }
        }
    }
}
