internal import Foundation
internal import SSETestSupport
internal import Testing

/// How `sse listen` fails: with one line that says what to do, and an exit code.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ListenFailureTests {
    @available(SwiftSSE 1.0, *)
    private func failure(_ path: String, _ arguments: String...) async throws -> ProcessResult {
        try await LocalServer.run { origin in
            let result = try await IntegrationTests.run(Executable.sse(), ["listen", origin + path] + arguments)
            #expect(result.exitCode == 1)
            #expect(result.errorLines.count == 1)
            #expect(result.errors.hasPrefix("Error: "))
            #expect(result.errors.hasSuffix(".\n") || result.errors.contains(" It says: "))
            #expect(!result.errors.unicodeScalars.contains("\u{1B}"))
            return result
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A status other than 200, with what the server says`() async throws {
        let result = try await self.failure("/forbidden")
        #expect(
            result.errors
                == "Error: The server answered 403 Forbidden, not 200 OK. It says: Who are you? Second line.\n"
        )
        #expect(result.output == "")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Another type, and control characters of the body do not reach the terminal`() async throws {
        let result = try await self.failure("/html")
        #expect(result.errors.hasPrefix("Error: The response is text/html, not text/event-stream. It says: "))
        #expect(result.output == "")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `No such path`() async throws {
        #expect(try await self.failure("/nowhere").errors.contains("404 Not Found"))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A cut stream, after what came before`() async throws {
        let result = try await self.failure("/cut", "--data")
        #expect(result.output == "one\n")
        #expect(result.errors == "Error: The connection was cut before the stream's end.\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A silent server`() async throws {
        let result = try await self.failure("/silent", "--data", "--timeout", "1500ms")
        #expect(result.errors == "Error: The server has sent nothing for 1.5 seconds.\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A server that does not answer`() async throws {
        let result = try await self.failure("/unanswered", "--connect-timeout", "500ms")
        #expect(result.errors == "Error: The server has not answered within 0.5 seconds.\n")
        #expect(result.output == "")
    }

    @Test(arguments: ["http:/u:sekret@h/x", "u:sekret@127.0.0.1:1/x", "http://u:p#sekret@h/x", "u:sekret/x@h"])
    @available(SwiftSSE 1.0, *)
    func `A password in a URL that is none is not printed`(url: String) async throws {
        let result = try await run(Executable.sse(), ["listen", url])
        #expect(result.exitCode != 0)
        #expect(!(result.errors + result.output).contains("sekret"))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A cursor file that holds no id is named`() async throws {
        for contents in ["two\nlines", "\0", "\n\n"] {
            try await Files.withTemporaryFile(Array(contents.utf8)) { path in
                let result = try await self.failure("/three", "--cursor", path)
                #expect(result.errors.contains("'\(path)'"))
            }
        }
        let folder = try await self.failure("/three", "--cursor", "/tmp")
        #expect(folder.errors == "Error: The file '/tmp' has no last event ID: it cannot be read.\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Nobody listens`() async throws {
        try await withClosedPort { port in
            let result = try await run(Executable.sse(), ["listen", "http://127.0.0.1:\(port)/"])
            #expect(result.exitCode == 1)
            #expect(result.errors == "Error: No connection to the server: connection refused.\n")
        }
    }

    @Test(arguments: [["nonsense"], ["ftp://localhost/"], ["http://localhost/", "-d", "@/none"]])
    @available(SwiftSSE 1.0, *)
    func `What cannot be asked for`(arguments: [String]) async throws {
        let result = try await run(Executable.sse(), ["listen"] + arguments)
        #expect(result.exitCode == 1)
        #expect(result.errorLines.count == 1)
        #expect(result.errors.hasPrefix("Error: "))
    }

    @Test(
        arguments: [
            [], ["--json", "--data", "http://localhost/"], ["--max", "0", "http://localhost/"],
            ["-H", "bad", "http://localhost/"], ["-H", "X: a\nb", "http://localhost/"],
            ["-X", "B D", "http://localhost/"],
            ["--last-event-id", "a\nb", "http://localhost/"], ["--timeout", "soon", "http://localhost/"],
            ["--connect-timeout", "soon", "http://localhost/"], ["--none"],
            ["--retry", "soon", "http://localhost/"], ["-u", "name", "http://localhost/"],
            ["-k", "--cacert", "x", "http://localhost/"],
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `What cannot be meant is a usage error`(arguments: [String]) async throws {
        let result = try await run(Executable.sse(), ["listen"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("Error: "))
        #expect(result.output == "")
    }
}
