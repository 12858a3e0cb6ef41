import SSEHub
import SSETestSupport
import Testing

/// The console as the hub answers with it.
@Suite(.timeLimit(.minutes(3)))
struct ConsolePageTests {
    private let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @available(SwiftSSE 1.0, *)
    @Test func `What the page runs has a nonce, another one each time, and nothing else may run`() async throws {
        try await withHub { hub in
            var nonces: Set<Substring> = []
            for _ in 0..<5 {
                let page = try await hub.exchange(self.request)
                #expect(page.status == "200 OK")
                #expect(page.head["Content-Type"] == ["text/html; charset=utf-8"])
                let policy = try #require(page.head["Content-Security-Policy"].first)
                let nonce = try #require(policy.firstMatch(of: /script-src 'nonce-([a-z0-9]{10,})'/)).1
                nonces.insert(nonce)
                #expect(page.body.matches(of: /<(script|style)\b/).count == 2)
                #expect(page.body.contains("<script type=\"module\" nonce=\"\(nonce)\">"))
                #expect(page.body.contains("<style nonce=\"\(nonce)\">"))
                for rule in ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
                    #expect(policy.contains(rule))
                }
                #expect(!policy.contains("unsafe"))
            }
            #expect(nonces.count == 5)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The page needs nothing from elsewhere`() async throws {
        try await withHub { hub in
            let body = try await hub.exchange(self.request).body
            #expect(body.matches(of: /(src|href)="[^#"]*"/).map { String($0.0) } == ["href=\"data:,\""])
            #expect(!body.contains("@import"))
            #expect(!body.contains("url("))
            #expect(!body.contains("{nonce}"))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A hub without the page has nothing there`() async throws {
        try await withHub {
            $0.showsPage = false
        } _: { hub in
            let response = try await hub.exchange(self.request)
            #expect(response.status == "404 Not Found")
        }
    }
}
