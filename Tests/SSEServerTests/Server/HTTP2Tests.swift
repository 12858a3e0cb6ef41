internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOSSL
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// HTTP/2, over TLS and without.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct HTTP2Tests {
    enum Security: String, CaseIterable {
        case tls
        case none
    }

    @available(SwiftSSE 1.0, *)
    private func withClient(
        _ security: Security,
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        _ test: (RunningHTTPServer, HTTP2Client) async throws -> Void
    ) async throws {
        try await TestCertificate.with { certificate in
            let tls = security == .tls ? try certificate.client(protocols: ["h2"]) : nil
            try await withHTTPServer { configuration in
                if security == .tls { configuration.tls = certificate.server }
                configure(&configuration)
            } _: { server in
                try await HTTP2Client.with(port: server.port, tls: tls) { client in try await test(server, client) }
            }
        }
    }

    // MARK: Requests

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Security.allCases)
    func `Requests are answered as by HTTP 1, without the fields of its connections`(security: Security) async throws {
        try await self.withClient(security) { server, client in
            let get = try await client.exchange(.GET, "/a")
            #expect(get.status == .ok && get.body == "GET /a " && get.end == .inOrder)
            #expect(get.headers["Content-Length"] == ["7"])
            let post = try await client.exchange(.POST, "/b", body: String(repeating: "x", count: 300_000))
            #expect(post.body.utf8.count == 300_008)
            let head = try await client.exchange(.HEAD, "/events")
            #expect(head.status == .ok && head.body == "" && head.headers["Content-Type"] == ["text/event-stream"])
            let origin = try await client.exchange(.GET, "/origin")
            #expect(origin.body == "127.0.0.1 \(security == .tls ? "secure" : "plain")")
            let stream = try await client.subscribe()
            #expect(stream.response.headers["Content-Type"] == ["text/event-stream"])
            for response in [get, post, head, stream.response] {
                for name in ["Connection", "Transfer-Encoding", "Keep-Alive", "Upgrade"] {
                    // The client's own codec adds a coding where there is no length.
                    let isAdded = name == "Transfer-Encoding" && !response.headers.contains(name: "Content-Length")
                    #expect(isAdded || !response.headers.contains(name: name))
                }
            }
            #expect(server.server.connectionCount == 1)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A request that is too large or too slow is refused, and the others go on`() async throws {
        try await self.withClient(.none) { configuration in
            configuration.maximumHeaderBytes = 4096
            configuration.maximumHeaders = 10
            configuration.maximumBodyBytes = 10_000
            configuration.requestTimeout = .seconds(3)
        } _: { server, client in
            let stream = try await client.subscribe()
            let field = String(repeating: "a", count: 5000)
            #expect(try await client.exchange(.GET, "/", ["A": field]).status == .requestHeaderFieldsTooLarge)
            #expect(try await client.exchange(.GET, "/\(field)").status == .requestHeaderFieldsTooLarge)
            let many = HTTPHeaders((0..<20).map { ("a\($0)", "b") })
            #expect(try await client.exchange(.GET, "/", many).status == .requestHeaderFieldsTooLarge)
            let long = HTTPHeaders((0..<9).map { ("a\($0)", String(repeating: "a", count: 1000)) })
            #expect(try await client.exchange(.GET, "/", long).status == .requestHeaderFieldsTooLarge)

            let body = String(repeating: "a", count: 10_001)
            let announced = try await client.exchange(.POST, "/", body: body)
            #expect(announced.status == .payloadTooLarge && announced.body == "The request's body is too large.\n")
            let silent = try await client.open(.POST, "/", body: nil)
            silent.send(body)
            try await silent.wait { $0.status == .payloadTooLarge }

            let slow = try await client.open(.POST, "/", body: nil)
            slow.send("body")
            try await slow.wait { $0.end != nil }
            #expect(slow.response.status == .requestTimeout)
            #expect(slow.response.body == "The request did not come in time.\n")

            try await server.publish("1")
            try await stream.wait { $0.events == ["1"] }
            #expect(server.answers.count == 1)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A client that waits for 100 gets it before its body`() async throws {
        try await self.withClient(.none) { _, client in
            let stream = try await client.open(.POST, "/a", ["Expect": "100-continue"], body: nil)
            try await stream.wait { $0.status == .continue }
            stream.send("body")
            stream.end()
            #expect(try await stream.waitForEnd().body == "POST /a body")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Answers that have to be waited for do not hold up others`() async throws {
        try await self.withClient(.none) { server, client in
            server.answers.gate.close()
            let later = try await client.open(.POST, "/later", body: "1")
            #expect(try await client.exchange(.GET, "/2").body == "GET /2 ")
            #expect(later.response.status == nil)
            server.answers.gate.open()
            #expect(try await later.waitForEnd().body == "1")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `All bodies of a connection together have a limit`() async throws {
        try await self.withClient(.none) {
            $0.maximumBodyBytes = 10_000
        } _: { _, client in
            let piece = String(repeating: "a", count: 10_000)
            var streams: [HTTP2ClientStream] = []
            for _ in 0..<4 {
                let stream = try await client.open(.POST, "/", body: nil)
                stream.send(piece)
                streams.append(stream)
            }
            let last = try await client.exchange(.POST, "/", body: piece)
            #expect(last.status == .serviceUnavailable && last.headers["Retry-After"] == ["5"])
            for stream in streams {
                stream.end()
                #expect(try await stream.waitForEnd().status == .ok)
            }
            #expect(try await client.exchange(.POST, "/", body: piece).status == .ok)
        }
    }

    // MARK: Detection

    @available(SwiftSSE 1.0, *)
    @Test func `The preface is found in whatever pieces it comes, and what only begins like it is HTTP 1`() async throws
    {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                // The preface, empty settings, and a ping.
                let bytes =
                    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
                    + [0, 0, 8, 6, 0, 0, 0, 0, 0] + Array("12345678".utf8)
                for byte in bytes { try await client.send(bytes: [byte]) }
                _ = try await client.read(through: "12345678")
            }
            for text in ["POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "P /a HTTP/1.1\r\n\r\n"] {
                try await RawConnection.withConnection(to: server.port) { client in
                    for character in text { try await client.send(String(character)) }
                    let status = try await client.readResponse().status
                    #expect(status == (text.hasPrefix("POST") ? "HTTP/1.1 200 OK" : "HTTP/1.1 400 Bad Request"))
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A server of HTTP 1 only knows no preface, and offers nothing else in the handshake`() async throws {
        try await withHTTPServer {
            $0.protocols = .http1
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let response = try await client.exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                #expect(response.status == "HTTP/1.1 400 Bad Request")
            }
        }
        try await TestCertificate.with { certificate in
            let context = try certificate.client(protocols: ["h2", "http/1.1"])
            try await withHTTPServer { configuration in
                configuration.protocols = .http1
                configuration.tls = certificate.server
            } _: { server in
                let agreed = Log<String?>()
                try await RawConnection.withTLS(to: server.port, context, onHandshake: { agreed.append($0) }) {
                    client in
                    let body = try await client.exchange(request("GET /a")).body
                    #expect(body == "GET /a ")
                }
                #expect(agreed.entries == ["http/1.1"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Both versions are offered, and the client's wish counts`() async throws {
        try await TestCertificate.with { certificate in
            let context = try certificate.client(protocols: ["h2", "http/1.1"])
            try await withHTTPServer {
                $0.tls = certificate.server
            } _: { server in
                let agreed = Log<String?>()
                try await RawConnection.withTLS(to: server.port, context, onHandshake: { agreed.append($0) }) { _ in
                    try await agreed.wait { $0 == ["h2"] }
                }
            }
        }
    }
}
