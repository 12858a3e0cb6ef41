import SSEBroker
import Testing

@testable import SSEHub

/// The topics that are the hub's own, however they are written.
struct ReservedTopicTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "/.well-known/mercure", "/.well-known/mercure/", "/.well-known/mercure/subscriptions/a/b",
        "/.well-known/mercure?x", "/.well-known/mercure#x", "/.WELL-known/Mercure/x", "//host/.well-known/mercure",
        "https://example.com/.well-known/mercure/x", "http://localhost:8888/.well-known/mercure",
        "HTTPS://a/.well-known/mercure",
        "https:/a/.well-known/mercure", "https:///a/.well-known/mercure", "https:.well-known/mercure",
        "https:mercure/x",
        "https:/.well-known/mercure", "x:/.well-known/mercure", "https://user:pass@a:1/.well-known/mercure/x",
        "mercure", "mercure/subscriptions", "./mercure/x", "../.well-known/mercure", "x/../mercure",
        "../../../.well-known/mercure",
        "/a/../.well-known/mercure", "/./.well-known/./mercure", "/.well-known//mercure", "//a//.well-known/mercure",
        "/.well-known/x/../mercure/y", "/%2e%2e/.well-known/mercure", "/.well-known/%6dercure",
        "/%2Ewell-known/mercure",
        "/%2ewell-known/%6D%65rcure/x", "/.well-known%2Fmercure", "%2F.well-known%2Fmercure",
        "/%252ewell-known/mercure",
        "\\.well-known\\mercure", "/.well-known\\mercure", "https:\\\\a\\.well-known\\mercure",
        "/.well-known%5Cmercure",
        " /.well-known/mercure", "/%25252525252525252e",
        // Marks that combine with what is before them.
        "/.well-known/mercure/\u{301}x", "/\u{301}/../.well-known/mercure/x", "/.well-known\\mercure\\\u{301}x",
        "/.well-known/mercure?\u{301}", "/.well-known/mercure#\u{FE0F}", "//\u{301}a/.well-known/mercure",
        "/%CC%81/../.well-known/mercure", "/.well-known/mercure%2F%CC%81",
    ])
    func `A topic that leads to the hub is reserved`(topic: String) {
        #expect(ReservedTopics(path: RequestTarget.hub).contains(topic))
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "a", "news", "#general", "?q", "https://example.com/books/1", "/.well-known", "/.well-known/",
        "/.well-known/mercurex",
        "/.well-known/other", "/mercure", "https://example.com/mercure", "urn:uuid:1", "/x/.well-known/mercure",
        "https://example.com/?x=/.well-known/mercure", "mercury", "100%", "%", "%zz", "a%2Fb", "ä", "a:b",
        "1:/.well-known/mercure",
    ])
    func `Others are not`(topic: String) {
        #expect(!ReservedTopics(path: RequestTarget.hub).contains(topic))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Nobody publishes to one, whatever the token grants`() async throws {
        let token = try await TestToken.publishing(to: "*").signed()
        try await withHub {
            $0.publishPolicy = .bearersOfTokens(try .secret(TestToken.key))
        } _: { hub in
            for topics in [
                ["/.well-known/mercure/subscriptions/a/b"], ["a", "/.well-known/mercure"],
                ["a", "b", "/%2ewell-known/x/../mercure"],
            ] {
                let form = topics.map { "topic=\(percentEncoded($0))" }.joined(separator: "&")
                let response = try await hub.exchange(publication(form: form, ["Authorization: Bearer \(token)"]))
                #expect(response.status == "400 Bad Request" && response.isOneLineOfText)
            }
            #expect(hub.broker.bounds.last == 0)
        }
    }
}
