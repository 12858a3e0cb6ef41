internal import Foundation
internal import SSETestSupport
internal import Testing

/// What `sse listen` prints.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ListenOutputTests {
    @available(SwiftSSE 1.0, *)
    private func listen(_ path: String, _ arguments: String...) async throws -> ProcessResult {
        try await LocalServer.run { origin in
            let result = try await IntegrationTests.run(Executable.sse(), ["listen", origin + path] + arguments)
            #expect(result.exitCode == 0)
            return result
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `For people`() async throws {
        let result = try await self.listen("/three")
        #expect(
            result.outputLines == [
                "message", "  one", "news  id 7", "  two", "  lines", "message  retry 1234 ms", "  three \u{2026}",
            ]
        )
        #expect(result.errors == "")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `In JSON, with the last event ID in force`() async throws {
        let lines = try await self.listen("/three", "--json").outputLines.map { try JSON.sorted($0) }
        #expect(
            lines == [
                #"{"data":"one","id":"","type":"message"}"#,
                #"{"data":"two\nlines","id":"7","type":"news"}"#,
                #"{"data":"three …","id":"7","type":"message"}"#,
            ]
        )
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The data and nothing else`() async throws {
        #expect(try await self.listen("/three", "--data").output == "one\ntwo\nlines\nthree \u{2026}\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Comments as well`() async throws {
        #expect(try await self.listen("/three", "--comments").outputLines.first == ": hello")
        #expect(try await self.listen("/three", "--comments", "--json").outputLines.first == #"{"comment":" hello"}"#)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Only some types`() async throws {
        #expect(try await self.listen("/three", "--data", "--type", "news").output == "two\nlines\n")
        #expect(try await self.listen("/three", "--data", "--type", "none").output == "")
        let both = try await self.listen("/three", "--data", "--type", "news", "--type", "message")
        #expect(both.output == "one\ntwo\nlines\nthree \u{2026}\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Only so many, of the types that are wanted, and then it ends though the stream does not`() async throws {
        #expect(try await self.listen("/endless", "--data", "--max", "3").output == "1\n2\n3\n")
        #expect(try await self.listen("/three", "--data", "--type", "news", "--max", "1").output == "two\nlines\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Data from Base64, as the bytes that it is`() async throws {
        let json = try await self.listen("/base64", "--base64", "--json").outputLines.map { try JSON.sorted($0) }
        #expect(
            json == [
                #"{"data":"text","id":"","type":"message"}"#,
                #"{"data_base64":"AP8K","id":"","type":"message"}"#,
            ]
        )
        #expect(try await self.listen("/base64", "--data").output == "dGV4dA==\nAP8K\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event is printed while the stream stays open, and Ctrl-C ends it with 0`() async throws {
        try await LocalServer.run { origin in
            try await withProcess(Executable.sse(), ["listen", "\(origin)/silent", "--data"]) { process in
                #expect(await process.output.lines.first { _ in true } == "only")
                process.interrupt()
                let result = await process.result()
                #expect(result.exitCode == 0)
                #expect(result.output == "only\n")
                #expect(result.errorLines.count == 1)
                #expect(result.errors.hasPrefix("sse: 1 event in "))
                #expect(result.errors.hasSuffix(" over 1 connection\n"))
            }
        }
    }
}
