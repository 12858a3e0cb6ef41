internal import Foundation
internal import Testing

/// How `sse listen` fails: with one line that says what to do, and an exit code.
@Suite(.timeLimit(.minutes(3)))
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

    @Test("A status other than 200, with what the server says")
    @available(SwiftSSE 1.0, *)
    func status() async throws {
        let result = try await self.failure("/forbidden")
        #expect(result.errors == "Error: The server answered 403 Forbidden, not 200 OK. It says: Who are you?\n")
        #expect(result.output == "")
    }

    @Test("Another type, and control characters of the body do not reach the terminal")
    @available(SwiftSSE 1.0, *)
    func type() async throws {
        let result = try await self.failure("/html")
        #expect(result.errors.hasPrefix("Error: The response is text/html, not text/event-stream. It says: "))
        #expect(result.output == "")
    }

    @Test("No such path")
    @available(SwiftSSE 1.0, *)
    func notFound() async throws {
        #expect(try await self.failure("/nowhere").errors.contains("404 Not Found"))
    }

    @Test("A cut stream, after what came before")
    @available(SwiftSSE 1.0, *)
    func cut() async throws {
        let result = try await self.failure("/cut", "--data")
        #expect(result.output == "one\n")
        #expect(result.errors == "Error: The connection was cut before the stream's end.\n")
    }

    @Test("A silent server")
    @available(SwiftSSE 1.0, *)
    func silent() async throws {
        let result = try await self.failure("/silent", "--data", "--timeout", "1500ms")
        #expect(result.errors == "Error: The server has sent nothing for 1.5 seconds.\n")
    }

    @Test("A server that does not answer")
    @available(SwiftSSE 1.0, *)
    func noAnswer() async throws {
        let result = try await self.failure("/unanswered", "--connect-timeout", "500ms")
        #expect(result.errors == "Error: The server has not answered within 0.5 seconds.\n")
        #expect(result.output == "")
    }

    @Test("Nobody listens")
    @available(SwiftSSE 1.0, *)
    func connectionRefused() async throws {
        let origin = try await LocalServer.run { $0 }
        let result = try await run(Executable.sse(), ["listen", origin])
        #expect(result.exitCode == 1)
        #expect(result.errors == "Error: No connection to the server: connection refused.\n")
    }

    @Test(
        "What cannot be asked for",
        arguments: [["nonsense"], ["ftp://localhost/"], ["http://localhost/", "-d", "@/none"]]
    )
    @available(SwiftSSE 1.0, *)
    func invalid(arguments: [String]) async throws {
        let result = try await run(Executable.sse(), ["listen"] + arguments)
        #expect(result.exitCode == 1)
        #expect(result.errorLines.count == 1)
        #expect(result.errors.hasPrefix("Error: "))
    }

    @Test(
        "What cannot be meant is a usage error",
        arguments: [
            [], ["--json", "--data", "http://localhost/"], ["--max", "0", "http://localhost/"],
            ["-H", "bad", "http://localhost/"], ["-H", "X: a\nb", "http://localhost/"],
            ["-X", "B D", "http://localhost/"],
            ["--last-event-id", "a\nb", "http://localhost/"], ["--timeout", "soon", "http://localhost/"],
            ["--connect-timeout", "soon", "http://localhost/"], ["--none"],
        ]
    )
    @available(SwiftSSE 1.0, *)
    func usage(arguments: [String]) async throws {
        let result = try await run(Executable.sse(), ["listen"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("Error: "))
        #expect(result.output == "")
    }
}
