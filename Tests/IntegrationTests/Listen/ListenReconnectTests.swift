internal import Foundation
internal import SSETestSupport
internal import Testing

/// `sse listen --reconnect`: one stream out of many connections.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ListenReconnectTests {
    @available(SwiftSSE 1.0, *)
    private static func listen(_ path: String, _ arguments: String...) async throws -> ProcessResult {
        try await LocalServer.run { origin in
            try await IntegrationTests.run(Executable.sse(), ["listen", origin + path] + arguments)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Without it the program ends with the stream`() async throws {
        let result = try await Self.listen("/numbered", "--data")
        #expect(result.output == "1\n2\n")
        #expect(result.errors == "")
        #expect(result.exitCode == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `With it the program goes on after the last event, until the server says that there is nothing more`()
        async throws
    {
        let result = try await Self.listen("/numbered", "--data", "--reconnect")
        #expect(result.output == "1\n2\n3\n4\n5\n6\n")
        #expect(result.errors == "")
        #expect(result.exitCode == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `-v says on standard error what happens`() async throws {
        let result = try await Self.listen("/numbered", "--data", "--reconnect", "-v")
        #expect(result.output == "1\n2\n3\n4\n5\n6\n")
        #expect(result.errorLines.count == 14)
        #expect(result.errorLines.first == "* connecting")
        #expect(result.errorLines.contains("* the server sets the reconnection time to 10 ms"))
        #expect(result.errorLines.contains { $0.hasPrefix("* The server ended the stream. Next attempt in 0") })
        #expect(result.errorLines.contains("* connecting, attempt 2, after event 2"))
        #expect(result.errorLines.last == "* ended")
        #expect(result.errorLines[1].hasPrefix("* open: 200 text/event-stream from http://127.0.0.1:"))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A cursor file is where the next run goes on`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cursor-\(UUID())").path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        for expected in ["1\n2\n", "3\n4\n", "5\n6\n"] {
            let result = try await Self.listen("/numbered", "--data", "--cursor", file)
            #expect(result.output == expected)
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "6")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A cursor file may end as echo ends it`() async throws {
        for end in ["\n", "\r\n"] {
            try await Files.withTemporaryFile(Array("4\(end)".utf8)) { path in
                let result = try await Self.listen("/numbered", "--data", "--cursor", path)
                #expect(result.output == "5\n6\n")
                #expect(result.errors == "")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Without -v a failed attempt is told of once, until a stream has begun again`() async throws {
        let server = Log<Int>()
        try await withTestServer { connection, _ in
            server.append(server.entries.count)
            switch server.entries.count {
            case 4: try await connection.sendStream("retry: 1\ndata: x\n\n")
            case 7: try await connection.send(Head.response("204 No Content", []))
            default: try await connection.send(Head.response("503 Busy", ["Content-Length: 4"]) + "soon")
            }
        } _: { server in
            let arguments = ["listen", server.url, "--reconnect", "--retry", "1ms", "--retry-max", "2ms", "--data"]
            let result = try await run(Executable.sse(), arguments)
            #expect(result.exitCode == 0)
            #expect(result.output == "x\n")
            let line =
                "sse: The server answered 503 Service Unavailable, not 200 OK. It says: soon. Trying again; -v tells of each attempt."
            #expect(result.errorLines == [line, line])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream that begins and fails each time is told of once as well`() async throws {
        let server = Log<Int>()
        try await withTestServer { connection, _ in
            server.append(server.entries.count)
            let head = Head.response("200 OK", ["Content-Type: text/event-stream", "Content-Length: 100"])
            switch server.entries.count {
            // Cut behind the head.
            case 1...3: try await connection.send(head + ": nothing\n\n")
            case 4: try await connection.sendStream("data: x\n\n")
            case 5...6: try await connection.send(head)
            default: try await connection.send(Head.response("204 No Content", []))
            }
        } _: { server in
            let arguments = ["listen", server.url, "--reconnect", "--retry", "1ms", "--retry-max", "2ms", "--data"]
            let result = try await run(Executable.sse(), arguments)
            #expect(result.exitCode == 0 && result.output == "x\n")
            #expect(result.errorLines.count == 2)
            #expect(result.errorLines.allSatisfy { $0.hasSuffix("Trying again; -v tells of each attempt.") })
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An id that is too long for a server is said to be that, and is not printed whole`() async throws {
        let id = String(repeating: "9", count: 5000)
        try await withTestServer { connection, request in
            guard request.fields("Last-Event-ID").isEmpty else {
                return try await connection.send(Head.response("431 Too Long", ["Content-Length: 0"]))
            }
            try await connection.send(Head.response("204 No Content", []))
        } _: { server in
            let arguments = ["listen", server.url, "--reconnect", "--retry", "1ms", "--last-event-id", id, "-v"]
            let result = try await run(Executable.sse(), arguments)
            #expect(
                result.errorLines.contains { $0.contains("is too long for the server (431) and is not sent again") }
            )
            #expect(!result.errors.contains("control character"))
            #expect(result.errorLines.allSatisfy { $0.count < 300 })
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `--retry is the wait before the next attempt, and --original-url where it goes`() async throws {
        try await withTestServer { connection, request in
            let hasID = !request.fields("Last-Event-ID").isEmpty
            switch (request.path, hasID) {
            case ("/events", false), ("/node", true):
                try await connection.send(Head.response("302 Found", ["Location: /node", "Content-Length: 0"]))
            case ("/events", true): try await connection.send(Head.response("204 No Content", []))
            default: try await connection.sendStream("id: 1\ndata: x\n\n")
            }
        } _: { server in
            let result = try await run(
                Executable.sse(),
                ["listen", server.url, "--reconnect", "--retry", "20ms", "--original-url", "--data", "-v"]
            )
            #expect(result.exitCode == 0)
            #expect(result.errors.contains("The server ended the stream. Next attempt in 0 s."))
            #expect(server.requests.entries.map(\.path) == ["/events", "/node", "/events"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `With --max the cursor stands after the last event that was printed`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cursor-\(UUID())").path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        for expected in ["1\n", "2\n", "3\n"] {
            let result = try await Self.listen("/numbered", "--data", "--max", "1", "--cursor", file)
            #expect(result.output == expected)
            #expect(result.errors == "")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A cursor file that cannot be written is said in one line, and the events come`() async throws {
        let result = try await Self.listen("/numbered", "--data", "--cursor", "/no/such/folder/cursor")
        #expect(result.output == "1\n2\n")
        #expect(
            result.errors
                == "sse: The file '/no/such/folder/cursor' cannot be written, so the last event ID is not saved.\n"
        )
        #expect(result.exitCode == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A cursor file that holds no id is one line, and it exits with 1`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cursor-\(UUID())")
        try Data("a\nb".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try await Self.listen("/numbered", "--cursor", file.path())
        #expect(result.errorLines.count == 1)
        #expect(result.exitCode == 1)
        #expect(result.output == "")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is final is an error with --reconnect too`() async throws {
        let result = try await Self.listen("/forbidden", "--reconnect")
        #expect(
            result.errors
                == "Error: The server answered 403 Forbidden, not 200 OK. It says: Who are you? Second line.\n"
        )
        #expect(result.exitCode == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Ctrl-C while it waits ends it with 0 and a summary`() async throws {
        try await LocalServer.run { origin in
            let arguments = ["listen", "\(origin)/three", "--data", "--reconnect", "-v"]
            try await withProcess(Executable.sse(), arguments) { process in
                _ = await process.errors.lines.first { $0.contains("Next attempt in") }
                process.interrupt()
                let result = await process.result()
                #expect(result.exitCode == 0)
                #expect(result.errorLines.last?.hasPrefix("sse: 3 events in ") == true)
                #expect(result.errorLines.last?.contains(" over 1 connection") == true)
            }
        }
    }
}
