internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// What becomes of a URL that is not quite one.
struct URLTextTests {
    @Test(
        arguments: [
            ("http://a.test/q?filter[a]=b%20c", "http://a.test/q?filter%5Ba%5D=b%20c"),
            (
                "https://a.test/?topic=https%3A%2F%2Fx.test%2F{id}",
                "https://a.test/?topic=https%3A%2F%2Fx.test%2F%7Bid%7D"
            ),
            ("http://a.test/ä|b c%20d", "http://a.test/%C3%A4%7Cb%20c%20d"),
            ("http://a.test/50%", "http://a.test/50%25"),
            ("http://a.test/%E4%zz%4", "http://a.test/%E4%25zz%254"),
            ("http://[::1]:8/a[0]", "http://[::1]:8/a%5B0%5D"),
            ("http://ä.test/ä", "http://ä.test/%C3%A4"), ("http://a.test?x=[", "http://a.test?x=%5B"),
            ("/b?c[d]=%20", "/b?c%5Bd%5D=%20"), ("//a.test/[", "//a.test/%5B"), ("a//b[", "a//b%5B"),
            ("http://a.test/a#b#c", "http://a.test/a#b%23c"),
            ("http+unix://%2Ftmp%2Fs/a b", "http+unix://%2Ftmp%2Fs/a%20b"),
            ("http://a.test/a~!$&'()*+,;=:@/?-._", "http://a.test/a~!$&'()*+,;=:@/?-._"), ("", ""),
        ]
    )
    func `Only what no URL may have is escaped, and once`(text: String, escaped: String) {
        #expect(text.escapedForURL == escaped)
        #expect(escaped.escapedForURL == escaped)
    }

    @Test(
        arguments: [
            ("u:secret@127.0.0.1:1/x", "…@127.0.0.1:1/x"), ("http:/u:secret@h/x", "http://…@h/x"),
            ("http://u:p#secret@h/x", "http://…@h/x"), ("http://u:secret@x@h", "http://…@h"),
            ("http://h/x", "http://h/x"),
            ("u:secret/x@h", "…@h"),
        ]
    )
    func `A message has nothing of what may be a password`(text: String, masked: String) {
        #expect(text.withoutUserInfo == masked)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What a user has typed is asked for, and what a server names`() async throws {
        for client in [EventStreamClient.test, EventStreamClient(transport: URLSessionTransport())] {
            try await withTestServer { connection, request in
                switch request.path {
                case "/a%5B0%5D%20b?b%5B%5D=c%20d":
                    try await connection.send(
                        Head.response("302 Found", ["Location: /next[1]%20c?e[]=%2F", "Content-Length: 0"])
                    )
                case "/next%5B1%5D%20c?e%5B%5D=%2F": try await connection.sendStream("data: right\n\n")
                default: try await connection.send(Head.response("404 \(request.path)", ["Content-Length: 0"]))
                }
            } _: { server in
                let url = server.url.replacing(#/(127.0.0.1:[0-9]+).*/#) { "\($0.1)/a[0]%20b?b[]=c%20d" }
                let events = try await client.events(of: url)
                #expect(events.map(\.data) == ["right"])
            }
        }
    }
}
