internal import Foundation
internal import SSETestSupport
internal import Testing

/// How `sse publish` fails: with one line that says what to do, and an exit code.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct PublishFailureTests {
    /// Publishes, expects one line of error, and returns it.
    @available(SwiftSSE 1.0, *)
    private static func failure(_ url: String, _ arguments: [String], input: Data = Data()) async throws
        -> (message: String, output: [String])
    {
        let result = try await withProcess(Executable.sse(), ["publish", url, "--topic", "t"] + arguments) { process in
            try? process.send(input)
            process.closeInput()
            return await process.result()
        }
        #expect(result.exitCode == 1)
        #expect(result.errorLines.count == 1)
        #expect(result.errors.hasPrefix("Error: "))
        #expect(result.errors.hasSuffix(".\n"))
        return (String(result.errors.dropFirst(7).dropLast()), result.outputLines)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A line that is not UTF-8 stops it; those before it are published`() async throws {
        try await HubProcess.run { hub in
            let input = Data("one\ntwo\n".utf8) + [0x66, 0xFF, 0x0A] + Data("four\n".utf8)
            let failure = try await Self.failure(hub.origin, ["-"], input: input)
            #expect(
                failure.message == "Line 3 is not UTF-8, and events are; convert it with iconv. 2 lines are published."
            )
            #expect(failure.output.count == 2)
            #expect(try await hub.publish(["--topic", "t", "end"]).exitCode == 0)
            #expect(try await hub.replay(topic: "t", count: 3).map(\.data) == ["one", "two", "end"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A line that the hub refuses is named, with what the hub says`() async throws {
        try await HubProcess.run { hub in
            let input = Data("one\n\(String(repeating: "x", count: 1_100_000))\n".utf8)
            let failure = try await Self.failure(hub.origin, ["-"], input: input)
            #expect(failure.message.hasPrefix("The hub refused line 2 with 413 Payload Too Large: "))
            #expect(failure.message.hasSuffix(" 1 line is published."))
            #expect(failure.output.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A line that is far too long`() async throws {
        try await HubProcess.run { hub in
            let input = Data(repeating: UInt8(ascii: "x"), count: 17 << 20)
            let failure = try await Self.failure(hub.origin, ["-"], input: input)
            #expect(failure.message == "Line 1 is longer than 16 MB, too long for an event. 0 lines are published.")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Nobody listens`() async throws {
        try await withClosedPort { port in
            let failure = try await Self.failure("http://127.0.0.1:\(port)", ["x"])
            #expect(
                failure.message
                    == "Nobody listens at http://127.0.0.1:\(port); start a hub with sse serve, or check the URL."
            )
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A host that nobody knows`() async throws {
        let failure = try await Self.failure("http://no.invalid", ["x"])
        #expect(failure.message == "The host no.invalid is not known; check the URL.")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `No hub at the path, and a hub that has moved`() async throws {
        try await HubProcess.run { hub in
            let failure = try await Self.failure("\(hub.origin)/nowhere", ["x"])
            #expect(
                failure.message == """
                    The hub refused the event with 404 Not Found: There is nothing here; the hub is at \
                    /.well-known/mercure.
                    """
            )
        }
        try await withTestServer { connection, _ in
            let head =
                "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://example.com/hub\r\nContent-Length: 0\r\n\r\n"
            try await connection.send(head)
            await connection.waitForClose()
        } _: { server in
            let failure = try await Self.failure(server.origin, ["x"])
            #expect(
                failure.message
                    == "The hub refused the event with 308 Permanent Redirect; use https://example.com/hub."
            )
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A hub that does not answer`() async throws {
        try await withTestServer { connection, _ in
            await connection.waitForClose()
        } _: { server in
            let failure = try await Self.failure(server.origin, ["--timeout", "500ms", "x"])
            #expect(failure.message == "The hub has not answered the event within 0.5 seconds.")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A hub that refuses a line and closes the connection, with others under way`() async throws {
        try await withTestServer { connection, _ in
            let head = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 3\r\n\r\n"
            try await connection.send(head + "No.")
            await connection.waitForClose()
        } _: { server in
            let failure = try await Self.failure(server.origin, ["-"], input: Data("a\nb\nc\n".utf8))
            #expect(failure.message == "The hub refused line 1 with 403 Forbidden: No. 0 lines are published.")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A connection that is cut: what is not known of is named`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
            _ = try await connection.readRequest()
            _ = try await connection.readRequest()
            try await connection.reset()
        } _: { server in
            let failure = try await Self.failure(server.origin, ["-"], input: Data("a\nb\nc\n".utf8))
            #expect(
                failure.message == """
                    The hub closed the connection before it answered; line 2 to 3 may be published or not. \
                    1 line is published.
                    """
            )
            #expect(failure.output == ["1"])
        }
    }

    @Test(.needsNginx)
    @available(SwiftSSE 1.0, *)
    func `A certificate that nobody vouches for, and a port that does not speak TLS`() async throws {
        try await HubProcess.run { hub in
            let failure = try await Self.failure("https://127.0.0.1:\(hub.port)", ["x"])
            #expect(failure.message == "There is no TLS at https://127.0.0.1:\(hub.port); try http instead of https.")
            try await Proxy.nginx(Executable.nginx(), upstream: hub.port) { _, encrypted, _ in
                let failure = try await Self.failure("\(encrypted)/direct/.well-known/mercure", ["x"])
                #expect(
                    failure.message == """
                        The certificate of \(encrypted) is not trusted; --cacert names a file of authorities to trust.
                        """
                )
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Ctrl-C ends it, and says what has been published`() async throws {
        try await HubProcess.run { hub in
            try await withProcess(Executable.sse(), ["publish", hub.origin, "--topic", "t", "-"]) { publisher in
                try publisher.send("one\n")
                _ = try #require(await publisher.output.lines.first { _ in true })
                publisher.interrupt()
                let result = await publisher.result()
                #expect(result.exitCode == 130)
                #expect(result.errors.hasPrefix("sse: 1 event published in "))
                #expect(result.errorLines.count == 1)
            }
        }
    }

    @Test(arguments: ["localhost:8888", "ftp://localhost", "/x", "http://", "http://a:b@c"])
    @available(SwiftSSE 1.0, *)
    func `What is no hub's URL`(url: String) async throws {
        _ = try await Self.failure(url, ["x"])
    }

    @Test(
        arguments: [
            [], ["http://localhost"], ["http://localhost", "x"], ["http://localhost", "--topic", "", "x"],
            ["http://localhost", "--topic", "t", "--id", "1", "-"],
            ["http://localhost", "--topic", "t", "--type", "a\nb", "x"],
            ["http://localhost", "--topic", "t", "--retry", "soon", "x"],
            ["http://localhost", "--topic", "t", "--json", "--quiet", "x"],
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `What cannot be meant is a usage error`(arguments: [String]) async throws {
        let result = try await run(Executable.sse(), ["publish"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("Error: "))
        #expect(result.output == "")
    }
}
