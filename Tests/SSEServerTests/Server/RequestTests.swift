internal import NIOCore
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Requests one after the other and all at once, whole and cut, old and new.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct RequestTests {
    // MARK: One after the other

    @available(SwiftSSE 1.0, *)
    @Test func `A connection serves many requests`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                for number in 0..<3 {
                    let response = try await client.exchange(request("POST /\(number)", body: "body"))
                    #expect(response.status == "HTTP/1.1 200 OK")
                    #expect(response.body == "POST /\(number) body")
                    #expect(response.head["Connection"] == ["keep-alive"])
                }
                #expect(server.server.connectionCount == 1)
                let last = try await client.exchange(request("GET /last", ["Connection: close"]))
                #expect(last.body == "GET /last ")
                #expect(last.head["Connection"] == ["close"])
                #expect(try await client.readToEnd() == "")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A client of HTTP 1.0 gets an answer and the end, or more if it asks to stay`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let first = try await client.exchange("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(first.status == "HTTP/1.0 200 OK" && first.body == "GET /a ")
                #expect(first.head["Connection"] == ["keep-alive"])
                let second = try await client.exchange("GET /b HTTP/1.0\r\n\r\n")
                #expect(second.body == "GET /b " && second.head["Connection"] == ["close"])
                #expect(try await client.readToEnd() == "")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who asks for another protocol gets an answer and the end, since what follows cannot be read`()
        async throws
    {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let fields = ["Connection: Upgrade", "Upgrade: h2c"]
                let response = try await client.exchange(request("GET /a", fields))
                #expect(response.body == "GET /a " && response.head["Connection"] == ["close"])
                #expect(try await client.readToEnd() == "")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["100-continue", "100-Continue"])
    func `A client that waits for 100 gets it before its body`(expectation: String) async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(request("POST /a", ["Content-Length: 4", "Expect: \(expectation)"]))
                #expect(try await client.read(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                #expect(try await client.exchange("body").body == "POST /a body")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A body of chunks is put together`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(request("POST /a", ["Transfer-Encoding: chunked"]))
                for character in "Hello" { try await client.send(chunk(String(character))) }
                #expect(try await client.exchange(lastChunk).body == "POST /a Hello")
            }
        }
    }

    // MARK: All at once

    @available(SwiftSSE 1.0, *)
    @Test func `Requests in one packet are answered in order`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(request("GET /1") + request("POST /2", body: "two") + request("GET /3"))
                #expect(try await client.readResponse().body == "GET /1 ")
                #expect(try await client.readResponse().body == "POST /2 two")
                #expect(try await client.readResponse().body == "GET /3 ")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Requests behind one whose answer has to be waited for are answered after it`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(
                    request("POST /later", body: "1") + request("GET /2") + request("POST /later", body: "3")
                        + request("POST /later", body: "4") + request("GET /5")
                )
                for body in ["1", "GET /2 ", "3", "4", "GET /5 "] {
                    #expect(try await client.readResponse().body == body)
                }
                // And the connection is as good as before.
                #expect(try await client.exchange(request("GET /6")).body == "GET /6 ")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A long row of requests is no deep recursion`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let count = 4000
                let row = String(repeating: request("GET /"), count: count)
                try await client.send(request("POST /later", body: "1") + row)
                #expect(try await client.readResponse().body == "1")
                for _ in 0..<count { #expect(try await client.readResponse().body == "GET / ") }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Answers that nobody reads do not pile up, and the connection is closed by the deadline`() async throws {
        try await withHTTPServer { configuration in
            // Long enough for the requests to come, on a busy machine.
            configuration.requestTimeout = .seconds(5)
        } _: { server in
            try await RawConnection.withConnection(to: server.port, receiveBufferSize: 4096) { client in
                // 16 KiB each, together 320 MB.
                let count = 20_000
                try await client.send(String(repeating: request("GET /page"), count: count))
                try await server.answers.wait(forCount: 1)
                try await server.waitForConnections(0)
                // What the system's buffers hold, and no more.
                #expect(server.answers.count < 2000)
            }
        }
    }

    // MARK: Half-closed

    @available(SwiftSSE 1.0, *)
    @Test func `Who closes its half after its requests still gets the answers`() async throws {
        try await withHTTPServer { server in
            for requests in [["/later"], ["/1"], ["/later", "/later"], ["/later", "/later", "/3"], ["/1", "/later"]] {
                try await RawConnection.withConnection(to: server.port) { client in
                    try await client.send(requests.map { request("POST \($0)", body: "x") }.joined())
                    try await client.closeOutput()
                    for target in requests {
                        let body = try await client.readResponse().body
                        #expect(body == (target == "/later" ? "x" : "POST \(target) x"), "\(requests)")
                    }
                    #expect(try await client.readToEnd() == "")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who closes its half before the end of a request gets the end`() async throws {
        try await withHTTPServer { server in
            for cut in ["", "GET /a HT", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nbody"] {
                try await RawConnection.withConnection(to: server.port) { client in
                    if !cut.isEmpty { try await client.send(cut) }
                    try await client.closeOutput()
                    let answer = try await client.readToEnd()
                    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
                }
            }
            #expect(server.answers.count == 0)
            try await server.waitForConnections(0)
        }
    }
}
