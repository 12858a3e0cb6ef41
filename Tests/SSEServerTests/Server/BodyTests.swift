internal import NIOCore
internal import NIOHTTP1
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// What becomes of bodies before anybody knows whether they are wanted, and what they may cost.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct BodyTests {
    /// A head that announces a body.
    private func head(_ line: String, length: Int, _ fields: [String] = []) -> String {
        request(line, ["Content-Length: \(length)"] + fields)
    }

    // MARK: Before the body

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [[], ["Expect: 100-continue"]])
    func `A refusal does not wait for the body, and keeps none of it`(fields: [String]) async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(
                to: server.port,
                setUp: { try $0.syncOptions?.setOption(.allowRemoteHalfClosure, value: true) }
            ) { client in
                let response = try await client.exchange(self.head("POST /refused", length: 1_000_000, fields))
                #expect(response.status == "HTTP/1.1 401 Unauthorized" && response.body == "No.\n")
                #expect(response.head["WWW-Authenticate"] == ["Bearer"])
                #expect(response.head["Connection"] == ["close"])
                // What comes all the same is dropped.
                try await client.send(String(repeating: "x", count: 500_000))
                #expect(server.server.bodies.current == 0)
                #expect(try await client.readToEnd() == "")
            }
            #expect(server.answers.count == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A chunked body is refused before it comes as well, and so is one of HTTP/2`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let response = try await client.exchange(request("POST /refused", ["Transfer-Encoding: chunked"]))
                #expect(response.status == "HTTP/1.1 401 Unauthorized")
            }
            try await HTTP2Client.with(port: server.port) { client in
                let stream = try await client.open(.POST, "/refused", body: nil)
                let response = try await stream.waitForEnd()
                #expect(response.status == .unauthorized && response.body == "No.\n")
                #expect(try await client.exchange(.POST, "/a", body: "b").body == "POST /a b")
            }
            #expect(server.answers.count == 1)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `While it is found out who sends a body no more of it is read`() async throws {
        try await withHTTPServer { server in
            server.answers.gate.close()
            try await RawConnection.withConnection(to: server.port) { client in
                let body = String(repeating: "x", count: 2_000_000)
                async let sending: Void = { try await server.answers.gate.waitForWaiters(1) }()
                try await client.send(self.head("POST /screened", length: body.utf8.count))
                try await sending
                // More than the system's buffers hold, so that most of it would be read if anything was, while the server's
                // loop reads from another connection again and again.
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        try await RawConnection.withConnection(to: server.port) { other in
                            for _ in 0..<200 {
                                let response = try await other.exchange(request("GET /a"))
                                #expect(response.status == "HTTP/1.1 200 OK")
                                #expect(server.server.bodies.current <= 256 * 1024)
                            }
                        }
                        server.answers.gate.open()
                    }
                    try await client.send(body)
                    try await group.waitForAll()
                }
                let response = try await client.readResponse()
                #expect(response.status == "HTTP/1.1 200 OK")
                #expect(response.body.utf8.count == "POST /screened ".utf8.count + body.utf8.count)
                // The connection goes on.
                #expect(try await client.exchange(request("POST /a", body: "b")).body == "POST /a b")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A client is told to send its body when it is known who that is`() async throws {
        try await withHTTPServer { server in
            server.answers.gate.close()
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(self.head("POST /screened", length: 4, ["Expect: 100-continue"]))
                try await server.answers.gate.waitForWaiters(1)
                server.answers.gate.open()
                #expect(try await client.readHead().statusLine == "HTTP/1.1 100 Continue")
                #expect(try await client.exchange("body").body == "POST /screened body")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A whole request that is refused late does not cost the connection`() async throws {
        try await withHTTPServer { server in
            server.answers.gate.close()
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(request("POST /screened", body: "1"))
                try await server.answers.gate.waitForWaiters(1)
                server.answers.gate.refuse(throwing: CancellationError())
                #expect(try await client.readResponse().status == "HTTP/1.1 502 Bad Gateway")
                #expect(try await client.exchange(request("POST /a", body: "b")).body == "POST /a b")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A body that nobody needs is read over, and is not kept`() async throws {
        try await withHTTPServer { configuration in
            configuration.maximumBodyBytes = 100_000
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let body = String(repeating: "x", count: 90_000)
                try await client.send(self.head("POST /dropped", length: body.utf8.count) + body.dropLast())
                try await server.answers.screened.wait(forCount: 1)
                #expect(server.server.bodies.current == 0)
                #expect(try await client.exchange("x").body == "POST /dropped ")
                let chunk = "186A1\r\n" + String(repeating: "x", count: 100_001) + "\r\n"
                let response = try await client.exchange(
                    request("POST /dropped", ["Transfer-Encoding: chunked"]) + chunk
                )
                #expect(response.status == "HTTP/1.1 413 Payload Too Large")
            }
        }
    }

    // MARK: All bodies together

    @available(SwiftSSE 1.0, *)
    @Test func `All bodies together are bounded, and the last part is for small ones`() async throws {
        try await withHTTPServer { configuration in
            configuration.maximumBodyBytes = 400_000
            configuration.maximumTotalBodyBytes = 400_000
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { slow in
                try await slow.send(self.head("POST /a", length: 290_001) + String(repeating: "x", count: 290_000))
                try await waitUntil { server.server.bodies.current == 290_000 }
                try await RawConnection.withConnection(to: server.port) { large in
                    let body = String(repeating: "x", count: 80_000)
                    let response = try await large.exchange(self.head("POST /a", length: 80_001) + body)
                    #expect(response.status == "HTTP/1.1 503 Service Unavailable")
                    #expect(response.head["Retry-After"] == ["5"])
                    try await RawConnection.withConnection(to: server.port) { small in
                        let body = String(repeating: "x", count: 60_000)
                        let response = try await small.exchange(request("POST /a", body: body))
                        #expect(response.status == "HTTP/1.1 200 OK")
                    }
                }
                try await waitUntil { server.server.bodies.current == 290_000 }
                #expect(try await slow.exchange("x").status == "HTTP/1.1 200 OK")
                #expect(server.server.bodies.current == 0)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Bodies over HTTP 2 count while it is found out who sends them`() async throws {
        try await withHTTPServer { server in
            server.answers.gate.close()
            try await HTTP2Client.with(port: server.port) { client in
                var streams: [HTTP2ClientStream] = []
                for _ in 0..<10 { streams.append(try await client.open(.POST, "/screened", body: nil)) }
                try await server.answers.gate.waitForWaiters(10)
                for stream in streams { stream.send(String(repeating: "x", count: 40_000)) }
                try await waitUntil { server.server.bodies.current == 400_000 }
                for stream in streams { stream.end() }
                server.answers.gate.open()
                for stream in streams {
                    #expect(try await stream.waitForEnd().body.utf8.count == "POST /screened ".utf8.count + 40_000)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What a stream may send unread counts as well, and no more of it is read`() async throws {
        try await withHTTPServer { configuration in
            // So that there is room for one of them with its window, and not for another.
            configuration.maximumTotalBodyBytes = 300_000
        } _: { server in
            server.answers.gate.close()
            try await HTTP2Client.with(port: server.port) { client in
                let stream = try await client.open(.POST, "/screened", body: nil)
                try await server.answers.gate.waitForWaiters(1)
                stream.send(String(repeating: "x", count: 200_000))
                // As much as a small body has, and the window; all that has come at a time is read.
                let least = BodyBudget.smallBytes + HTTPServer.streamWindow
                try await waitUntil { server.server.bodies.current >= least }
                let other = try await client.open(.POST, "/screened", body: nil)
                try await server.answers.gate.waitForWaiters(2)
                other.send(String(repeating: "x", count: 200_000))
                #expect(try await other.waitForEnd().status == .serviceUnavailable)
                #expect((least..<(least + HTTPServer.streamWindow)).contains(server.server.bodies.current))
                stream.end()
                server.answers.gate.open()
                #expect(try await stream.waitForEnd().body.utf8.count == "POST /screened ".utf8.count + 200_000)
            }
            #expect(server.server.bodies.current == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A budget of bodies is used up by each to its end, and given back`() {
        let budget = BodyBudget(maximum: 400_000)
        #expect(budget.hold(300_000, after: 0))
        #expect(!budget.hold(65_537, after: 0))
        #expect(!budget.hold(1, after: 65_536))
        #expect(budget.hold(65_536, after: 0))
        #expect(!budget.hold(65_536, after: 0))
        #expect(budget.current == 365_536)
        budget.release(365_536)
        #expect(budget.hold(300_000, after: 0))
    }

    // MARK: Small pieces

    @available(SwiftSSE 1.0, *)
    @Test func `A body of chunks of one byte is not read to its end`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let chunks = String(repeating: "1\r\nx\r\n", count: 100_000)
                _ = await thrownError {
                    try await client.send(request("POST /a", ["Transfer-Encoding: chunked"]) + chunks)
                }
                // With the answer, or with a reset if it has been overtaken.
                let rest = try await client.readToEnd()
                #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 400 Bad Request"))
            }
            #expect(server.answers.count == 0)
            try await server.waitForConnections(0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Frames of one byte end their connection of HTTP/2`() async throws {
        try await withHTTPServer { server in
            try await HTTP2Client.with(port: server.port) { client in
                let stream = try await client.open(.POST, "/a", body: nil)
                for _ in 0..<10_000 { stream.send("x") }
                _ = try await stream.waitForEnd()
                try await server.waitForConnections(0)
            }
            #expect(server.answers.count == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Small bodies, and pieces that are worth reading, may come for ever`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                for number in 0..<1000 {
                    let chunks = "3\r\nabc\r\n1\r\n\(number % 10)\r\n0\r\n\r\n"
                    let response = try await client.exchange(
                        request("POST /a", ["Transfer-Encoding: chunked"]) + chunks
                    )
                    #expect(response.body == "POST /a abc\(number % 10)")
                }
                let chunk = "80\r\n" + String(repeating: "x", count: 128) + "\r\n"
                let body = String(repeating: chunk, count: 5000) + "0\r\n\r\n"
                let response = try await client.exchange(request("POST /a", ["Transfer-Encoding: chunked"]) + body)
                #expect(response.body.utf8.count == "POST /a ".utf8.count + 128 * 5000)
            }
        }
    }

    @Test func `Pieces are paid for by their bytes, and by requests`() {
        var allowance = PartAllowance()
        let free = (0..<1000).prefix { _ in allowance.take(1) }.count
        #expect(free == 256)
        allowance.beginRequest()
        #expect((0..<1000).prefix { _ in allowance.take(63) }.count < 16)
        var other = PartAllowance()
        #expect((0..<100_000).allSatisfy { _ in other.take(64) })
        #expect(
            (0..<100_000).allSatisfy { _ in
                other.beginRequest()
                return other.take(1)
            }
        )
    }
}
