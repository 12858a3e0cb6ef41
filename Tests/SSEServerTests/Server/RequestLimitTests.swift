internal import NIOCore
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Requests that are no requests, or too large.
@Suite(.timeLimit(.minutes(3)))
struct RequestLimitTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("HELO mail.example.com\r\n\r\n", "400 Bad Request"),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\u{3}\u{3}", "400 Bad Request"),
        ("GET / HTTP/2.0\r\n\r\n", "400 Bad Request"),
        ("GET / HTTP/1.1\r\nHost: a\r\nname without colon\r\n\r\n", "400 Bad Request"),
        ("GET / HTTP/1.1\r\nHost: a\r\nA: \u{0}\r\n\r\n", "400 Bad Request"),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "400 Bad Request"
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody", "400 Bad Request"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", "400 Bad Request"),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nXYZ\r\n", "400 Bad Request"),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nA: \(String(repeating: "a", count: 5000))\r\n\r\n",
            "431 Request Header Fields Too Large"
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "A: b\r\n", count: 20))\r\n",
            "431 Request Header Fields Too Large"
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "A: \(String(repeating: "a", count: 1000))\r\n", count: 9))\r\n",
            "431 Request Header Fields Too Large"
        ),
        (
            "GET /\(String(repeating: "a", count: 1024 * 1024)) HTTP/1.1\r\nHost: a\r\n\r\n",
            "431 Request Header Fields Too Large"
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10001\r\n\r\n", "413 Payload Too Large"),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10001\r\nExpect: 100-continue\r\n\r\n",
            "413 Payload Too Large"
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk(String(repeating: "a", count: 10_001)))",
            "413 Payload Too Large"
        ),
    ])
    func `What is no request or too large is refused in one line, and the connection closed`(
        bytes: String,
        status: String
    ) async throws {
        try await withHTTPServer { configuration in
            configuration.maximumHeaderBytes = 4096
            configuration.maximumHeaders = 10
            configuration.maximumBodyBytes = 10_000
            // Longer than a client waits here.
            configuration.requestTimeout = .seconds(600)
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(bytes)
                let response = try await client.readResponse()
                #expect(response.status == "HTTP/1.1 \(status)")
                #expect(response.head["Content-Type"] == ["text/plain; charset=utf-8"])
                #expect(response.head["Connection"] == ["close"])
                #expect(response.body.count { $0 == "\n" } == 1 && response.body.hasSuffix(".\n"))
                // At once, although the client has said neither the rest nor that there is none.
                #expect(try await client.readToEnd() == "")
            }
            #expect(server.answers.count == 0)
            try await server.waitForConnections(0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who does not close its half after a refusal is not waited for`() async throws {
        try await withHTTPServer {
            $0.requestTimeout = .seconds(600)
        } _: { server in
            try await RawConnection.withConnection(
                to: server.port,
                setUp: { try $0.syncOptions?.setOption(.allowRemoteHalfClosure, value: true) }
            ) { client in
                #expect(try await client.exchange("HELO\r\n\r\n").status == "HTTP/1.1 400 Bad Request")
                #expect(try await client.readToEnd() == "")
                try await server.waitForConnections(0)
            }
        }
    }

    // MARK: Host

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "", "Host: a\r\nHost: a\r\n", "Host: a\r\nhost: b\r\n", "Host: a b\r\n", "Host: a/b\r\n", "Host: a@b\r\n",
        "Host: a,b:80\r\nHost:\r\n", "Host: http://a\r\n", "Host: a:b\r\n", "Host: a:80:80\r\n", "Host: a?\r\n",
        "Host: a#\r\n", "Host: a\\b\r\n", "Host: \u{E4}\r\n", "Host: [::1\r\n", "Host: ::1\r\n", "Host: []\r\n",
        "Host: [::1]a\r\n", "Host: [::1]:a\r\n", "Host: [a/b]\r\n", "Host: <a>\r\n", "Host: \"a\"\r\n",
    ])
    func `A request without a Host, with two, or with one that is none is refused`(fields: String) async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send("GET /a HTTP/1.1\r\n\(fields)\r\n")
                let response = try await client.readResponse()
                #expect(response.status == "HTTP/1.1 400 Bad Request" && response.body.contains("Host"))
                #expect(try await client.readToEnd() == "")
            }
            #expect(server.answers.count == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "a", "a.example:8443", "127.0.0.1:1", "[::1]", "[::1]:80", "[fe80::1%25eth0]:80", "xn--e1afmkfd.example",
        "%C3%A4",
        "a_b.example", "", "a:", "[v1.x:y]",
    ])
    func `A Host that may be one is none of the server's business`(host: String) async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let response = try await client.exchange("GET /a HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                #expect(response.body == "GET /a ")
                let old = try await client.exchange("GET /b HTTP/1.0\r\n\r\n")
                #expect(old.body == "GET /b ")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What is just small enough is not refused`() async throws {
        try await withHTTPServer { configuration in
            configuration.maximumHeaderBytes = 4096
            configuration.maximumBodyBytes = 10_000
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let field = "A: \(String(repeating: "a", count: 4000))"
                let body = String(repeating: "a", count: 10_000)
                let response = try await client.exchange(request("POST /a", [field], body: body))
                #expect(response.body == "POST /a \(body)")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
        "HELO\r\n",
    ])
    func `Who goes on sending after a refusal is cut off`(head: String) async throws {
        try await withHTTPServer { configuration in
            configuration.maximumBodyBytes = 10_000
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(head)
                let piece = String(repeating: "a", count: 8192)
                // Long before the deadline of ten seconds.
                let isCut = await thrownError { for _ in 0..<100_000 { try await client.send(piece) } } != nil
                #expect(isCut)
                try await server.waitForConnections(0)
            }
        }
    }
}
