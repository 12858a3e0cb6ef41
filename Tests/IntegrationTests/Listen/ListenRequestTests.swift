internal import Foundation
internal import Testing

/// What `sse listen` asks for; the server sends back what it got.
@Suite(.timeLimit(.minutes(3)))
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

    @Test("A GET of an event stream")
    @available(SwiftSSE 1.0, *)
    func plain() async throws {
        #expect(try await self.echo() == ["GET", "X-Thing=", "Accept=text/event-stream", "Last-Event-ID=", ""])
    }

    @Test("Another method")
    @available(SwiftSSE 1.0, *)
    func method() async throws {
        #expect(try await self.echo("-X", "DELETE").first == "DELETE")
        #expect(try await self.echo("--method", "PUT", "-d", "x").first == "PUT")
    }

    @Test("Header fields")
    @available(SwiftSSE 1.0, *)
    func headers() async throws {
        let lines = try await self.echo("-H", "X-Thing: 1", "--header", "x-thing:2 ", "-H", "Accept: */*")
        #expect(lines == ["GET", "X-Thing=1|2", "Accept=*/*", "Last-Event-ID=", ""])
    }

    @Test("A body, which makes it a POST")
    @available(SwiftSSE 1.0, *)
    func body() async throws {
        let lines = try await self.echo("-d", #"{"stream": true}"#)
        #expect(lines.first == "POST")
        #expect(lines.last == #"{"stream": true}"#)
    }

    @Test("A body from a file")
    @available(SwiftSSE 1.0, *)
    func bodyFromFile() async throws {
        let lines = try await Files.withTemporaryFile(Array("from \u{2026} file".utf8)) { path in
            try await self.echo("--body", "@\(path)")
        }
        #expect(lines.first == "POST")
        #expect(lines.last == "from \u{2026} file")
    }

    @Test("The last event ID")
    @available(SwiftSSE 1.0, *)
    func lastEventID() async throws {
        #expect(try await self.echo("--last-event-id", "a 7").contains("Last-Event-ID=a 7"))
    }
}
