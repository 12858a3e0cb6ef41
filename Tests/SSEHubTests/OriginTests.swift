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
    func `A page reads if its origin is allowed`(
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
            #expect(preflight.head["Access-Control-Allow-Methods"] == ["GET, HEAD, POST, QUERY"])
            #expect(preflight.head["Access-Control-Allow-Headers"].first?.contains("Authorization") == true)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who is no page gets no such headers`() async throws {
        try await self.withHubForPages(["https://a.example", "*"]) { hub in
            let response = try await hub.exchange(subscription(""))
            #expect(response.head["Access-Control-Allow-Origin"] == [])
            #expect(response.head["Vary"] == ["Origin"])
        }
    }

    /// A request, the limit that it exceeds, and what it is answered with.
    @available(SwiftSSE 1.0, *)
    private static let refusals: [(String, @Sendable (inout HubConfiguration) -> Void, String)] = {
        let origin = "Origin: https://a.example"
        let key = "Content-Type: application/x-www-form-urlencoded"
        return [
            (subscription("?topic=a", [origin]), { $0.maximumConnections = 1 }, "503 Service Unavailable"),
            (subscription("?topic=a", [origin]), { $0.maximumConnectionsPerAddress = 1 }, "429 Too Many Requests"),
            (
                subscription("?topic=a", [origin, "X: " + String(repeating: "x", count: 17_000)]), { _ in },
                "431 Request Header Fields Too Large"
            ),
            (
                subscription("", [origin, key, "Content-Length: 99999999"], method: "POST"), { _ in },
                "413 Payload Too Large"
            ),
            (subscription("?topic=a", [origin], method: "DELETE"), { _ in }, "405 Method Not Allowed"),
            (subscription("?topic=a", [origin, "Host: b"]), { _ in }, "400 Bad Request"),
        ]
    }()

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.refusals.indices)
    func `A page may read every answer, whoever gives it`(index: Int) async throws {
        let (request, configure, status) = Self.refusals[index]
        try await withHub {
            $0.allowedOrigins = ["https://a.example"]
            configure(&$0)
        } _: { hub in
            try await hub.withConnection { first in
                // It takes the only place where there is one.
                try await first.send(subscription("?topic=a"))
                _ = try await first.readHead()
                let answer = try await hub.exchange(request)
                #expect(answer.status == status)
                #expect(answer.head["Access-Control-Allow-Origin"] == ["https://a.example"])
                #expect(answer.head["Access-Control-Expose-Headers"].first?.contains("Retry-After") == true)
                // Without which a page does not get to ask, and to be refused.
                let fields = ["Origin: https://a.example", "Access-Control-Request-Method: POST"]
                let preflight = try await hub.exchange(subscription("", fields, method: "OPTIONS"))
                #expect(preflight.status == "204 No Content")
                #expect(preflight.head["Access-Control-Allow-Origin"] == ["https://a.example"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `On a connection too many, a page may ask for the subscriptions as well`() async throws {
        try await withHub {
            $0.allowedOrigins = ["https://a.example"]
            $0.maximumConnections = 1
            $0.tellsSubscriptions = true
            $0.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key), admitsOthers: true)
        } _: { hub in
            try await hub.withConnection { first in
                _ = try await first.subscribe("?topic=a")
                let fields = ["Origin: https://a.example", "Access-Control-Request-Method: GET"]
                let preflight = try await hub.exchange(subscription("/subscriptions", fields, method: "OPTIONS"))
                #expect(preflight.status == "204 No Content")
                #expect(preflight.head["Access-Control-Allow-Methods"] == ["GET, HEAD"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Pages may send the headers that are allowed besides`() async throws {
        try await withHub {
            $0.allowedOrigins = ["https://a.example"]
            $0.allowedHeaders = ["traceparent", "baggage"]
        } _: { hub in
            let fields = ["Origin: https://a.example", "Access-Control-Request-Headers: traceparent"]
            let preflight = try await hub.exchange(subscription("", fields, method: "OPTIONS"))
            let allowed = preflight.head["Access-Control-Allow-Headers"].first ?? ""
            #expect(allowed.hasPrefix("Authorization, ") && allowed.hasSuffix(", traceparent, baggage"))
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
    func `With a cookie a page publishes if its origin is allowed`(
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
    @Test func `A token in the header is nothing that another page could send`() async throws {
        let token = try await TestToken.publishing(to: "*").signed()
        try await self.withHubForPages([]) { hub in
            let fields = ["Authorization: Bearer \(token)", "Origin: https://evil.example"]
            let response = try await hub.exchange(publication(form: "topic=a", fields))
            #expect(response.status == "200 OK")
        }
    }
}
