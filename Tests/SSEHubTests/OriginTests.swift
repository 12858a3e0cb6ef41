import SSEHub
import SSETestSupport
import Testing

/// What pages of other origins may do.
@Suite(.timeLimit(.minutes(3)))
struct OriginTests {
    private static let own = "http://localhost"

    @available(SwiftSSE 1.0, *)
    private func withHubForPages(_ origins: [String], _ test: (RunningHub) async throws -> Void) async throws {
        try await withHub {
            $0.allowedOrigins = origins
            $0.publishPolicy = .bearersOfTokens(try .secret(TestToken.key))
        } _: {
            try await test($0)
        }
    }

    // MARK: Reading

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            // Allowed, the page's origin, what is allowed to it, and whether with credentials.
            ([], "https://a.example", nil, false),
            (["https://a.example"], "https://a.example", "https://a.example", true),
            (["https://A.example"], "https://a.example", "https://a.example", true),
            (["https://a.example", "https://b.example"], "https://b.example", "https://b.example", true),
            (["https://a.example"], "https://b.example", nil, false),
            (["https://a.example"], "https://a.example.evil", nil, false),
            (["https://a.example"], "https://a.example:444", nil, false),
            (["https://a.example"], "http://a.example", nil, false),
            (["https://a.example"], "null", nil, false), (["*"], "https://b.example", "*", false),
            (["*", "https://a.example"], "https://a.example", "https://a.example", true),
        ] as [([String], String, String?, Bool)]
    )
    func `a page reads if its origin is allowed`(
        origins: [String],
        origin: String,
        allowed: String?,
        withCredentials: Bool
    ) async throws {
        try await self.withHubForPages(origins) { hub in
            func check(_ head: RawResponseHead) {
                #expect(head["Access-Control-Allow-Origin"] == (allowed.map { [$0] } ?? []))
                #expect(head["Access-Control-Allow-Credentials"] == (withCredentials ? ["true"] : []))
                #expect(head["Vary"] == (origins.isEmpty ? [] : ["Origin"]))
            }
            try await hub.withConnection { client in
                let head = try await client.subscribe("?topic=a&lastEventID=", ["Origin: \(origin)"])
                check(head)
                if allowed != nil {
                    #expect(head["Access-Control-Expose-Headers"].first?.contains("Last-Event-ID") == true)
                }
            }
            // Errors as well, or pages could not tell why.
            let refused = try await hub.exchange(subscription("", ["Origin: \(origin)"]))
            #expect(refused.status == "400 Bad Request")
            check(refused.head)
            let preflight = try await hub.exchange(
                subscription("", ["Origin: \(origin)", "Access-Control-Request-Method: POST"], method: "OPTIONS")
            )
            #expect(preflight.status == "204 No Content")
            check(preflight.head)
            #expect(preflight.head["Access-Control-Allow-Methods"] == ["GET, HEAD, POST"])
            #expect(preflight.head["Access-Control-Allow-Headers"].first?.contains("Authorization") == true)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `who is no page gets no such headers`() async throws {
        try await self.withHubForPages(["https://a.example", "*"]) { hub in
            let response = try await hub.exchange(subscription(""))
            #expect(response.head["Access-Control-Allow-Origin"] == [])
            #expect(response.head["Vary"] == ["Origin"])
        }
    }

    // MARK: Publishing by cookie

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            ([], "200 OK", own), ([], "403 Forbidden", nil), ([], "403 Forbidden", "https://evil.example"),
            ([], "403 Forbidden", "null"), ([], "200 OK", "https://localhost"),
            ([], "403 Forbidden", "http://localhost:1"),
            (["https://a.example"], "200 OK", "https://a.example"),
            (["https://a.example"], "403 Forbidden", "http://a.example"),
            (["*"], "403 Forbidden", "https://a.example"),
        ] as [([String], String, String?)]
    )
    func `with a cookie a page publishes if its origin is allowed`(
        origins: [String],
        status: String,
        origin: String?
    ) async throws {
        let cookie = "Cookie: mercureAuthorization=\(try await TestToken.publishing(to: "*").signed())"
        try await self.withHubForPages(origins) { hub in
            let byOrigin = [cookie] + (origin.map { ["Origin: \($0)"] } ?? [])
            let first = try await hub.exchange(publication(form: "topic=a", byOrigin))
            #expect(first.status == status)
            let byReferer = [cookie] + (origin.map { ["Referer: \($0)/page?x#y"] } ?? [])
            let second = try await hub.exchange(publication(form: "topic=a", byReferer))
            #expect(second.status == status)
            // If there are both, the origin counts.
            let both = [cookie, "Origin: https://other.example"] + (origin.map { ["Referer: \($0)/page"] } ?? [])
            let third = try await hub.exchange(publication(form: "topic=a", both))
            #expect(third.status == "403 Forbidden")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `a token in the header is nothing that another page could send`() async throws {
        let token = try await TestToken.publishing(to: "*").signed()
        try await self.withHubForPages([]) { hub in
            let fields = ["Authorization: Bearer \(token)", "Origin: https://evil.example"]
            let response = try await hub.exchange(publication(form: "topic=a", fields))
            #expect(response.status == "200 OK")
        }
    }
}
