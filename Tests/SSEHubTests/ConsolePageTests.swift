import Crypto
import Foundation
import NIOCore
@testable import SSEHub
import SSEHTTPServer
import SSETestSupport
import Testing

/// The console as the hub answers with it.
@Suite(.timeLimit(.minutes(3)))
struct ConsolePageTests {
    private let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @available(SwiftSSE 1.0, *)
    @Test func `What the page runs is named by its hash, and nothing else may run`() async throws {
        try await withHub { hub in
            let page = try await hub.exchange(self.request)
            #expect(page.status == "200 OK")
            #expect(page.head["Content-Type"] == ["text/html; charset=utf-8"])
            let policy = try #require(page.head["Content-Security-Policy"].first)
            #expect(page.body.matches(of: /<(script|style)\b/).count == 2)
            for element in ["script", "style"] {
                let begin = try #require(page.body.firstMatch(of: try Regex("<\(element)[^>]*>"))?.range.upperBound)
                let end = try #require(page.body.firstRange(of: "</\(element)>")?.lowerBound)
                let hash = Data(SHA256.hash(data: Data(page.body[begin..<end].utf8))).base64EncodedString()
                #expect(policy.contains("\(element)-src 'sha256-\(hash)';"))
            }
            for rule in ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
                #expect(policy.contains(rule))
            }
            #expect(!policy.contains("unsafe"))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The page is made once, and its bytes are shared by all who get it`() throws {
        let page = ConsolePage(ProtocolNames(.version0))
        let places = [page.response, page.response].map { $0.body.withUnsafeReadableBytes { $0.baseAddress } }
        #expect(places[0] == places[1])
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The page needs nothing from elsewhere`() async throws {
        try await withHub { hub in
            let body = try await hub.exchange(self.request).body
            #expect(body.matches(of: /(src|href)="[^#"]*"/).map { String($0.0) } == ["href=\"data:,\""])
            #expect(!body.contains("@import"))
            #expect(!body.contains("url("))
            #expect(!body.contains("{matcher}"))
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
