internal import Foundation
internal import SSETestSupport
internal import Testing

/// What `sse listen` asks for; the server sends back what it got.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ListenRequestTests {
    /// The method, three header fields and the body, as the server saw them.
    @available(SwiftSSE 1.0, *)
    private func echo(_ arguments: String...) async throws -> [String] {
        try await LocalServer.run { origin in
            let result = try await IntegrationTests.run(
                Executable.sse(),
                ["listen", "\(origin)/echo", "--data"] + arguments
            )
            #expect(result.exitCode == 0)
            #expect(result.errors == "")
            return result.outputLines
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A GET of an event stream`() async throws {
        #expect(try await self.echo() == ["GET", "X-Thing=", "Accept=text/event-stream", "Last-Event-ID=", ""])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Another method`() async throws {
        #expect(try await self.echo("-X", "DELETE").first == "DELETE")
        #expect(try await self.echo("--method", "PUT", "-d", "x").first == "PUT")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Header fields`() async throws {
        let lines = try await self.echo("-H", "X-Thing: 1", "--header", "x-thing:2 ", "-H", "Accept: */*")
        #expect(lines == ["GET", "X-Thing=1|2", "Accept=*/*", "Last-Event-ID=", ""])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body, which makes it a POST`() async throws {
        let lines = try await self.echo("-d", #"{"stream": true}"#)
        #expect(lines.first == "POST")
        #expect(lines.last == #"{"stream": true}"#)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body from a file`() async throws {
        let lines = try await Files.withTemporaryFile(Array("from \u{2026} file".utf8)) { path in
            try await self.echo("--body", "@\(path)")
        }
        #expect(lines.first == "POST")
        #expect(lines.last == "from \u{2026} file")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body from standard input`() async throws {
        let lines = try await LocalServer.run { origin in
            try await IntegrationTests.run(
                Executable.sse(),
                ["listen", "\(origin)/echo", "--data", "-d", "@-"],
                input: "from \u{2026} input"
            ).outputLines
        }
        #expect(lines.first == "POST")
        #expect(lines.last == "from \u{2026} input")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The last event ID`() async throws {
        #expect(try await self.echo("--last-event-id", "a 7").contains("Last-Event-ID=a 7"))
    }
}
