internal import Foundation
internal import SSETestSupport
internal import Testing

/// `sse bench`.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct BenchTests {
    private static let stream = Array(String(repeating: "id: 1\ndata: 0123456789\n\n", count: 100).utf8)

    @Test(arguments: [[], ["--lazy"], ["--chunk", "0"], ["--chunk", "1"], ["--rounds", "1"]])
    @available(SwiftSSE 1.0, *)
    func `Parsing`(arguments: [String]) async throws {
        let result = try await Files.withTemporaryFile(Self.stream) { path in
            try await run(Executable.sse(), ["bench", "parse", path] + arguments)
        }
        #expect(result.exitCode == 0)
        #expect(result.errors == "")
        #expect(result.outputLines.count == 1)
        let report = try JSON.object(result.output)
        #expect(report["events"] == 100)
        #expect(report["data_bytes"] == 1000)
        #expect(report["bytes"] == Double(Self.stream.count))
        for key in ["seconds", "mb_per_s", "ns_per_event"] { #expect(try #require(report[key]) > 0) }
    }

    @Test(arguments: [[], ["--transport", "urlsession"]])
    @available(SwiftSSE 1.0, *)
    func `Reading`(arguments: [String]) async throws {
        let result = try await LocalServer.run { origin in
            try await IntegrationTests.run(Executable.sse(), ["bench", "read", "\(origin)/three"] + arguments)
        }
        #expect(result.exitCode == 0)
        #expect(result.outputLines.count == 1)
        let report = try JSON.object(result.output)
        #expect(report["events"] == 3)
        #expect(report["data_bytes"] == Double("onetwo\nlinesthree \u{2026}".utf8.count))
        for key in ["seconds", "events_per_s", "max_rss_kb"] { #expect(try #require(report[key]) > 0) }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A file that is not there`() async throws {
        let result = try await run(Executable.sse(), ["bench", "parse", "/none"])
        #expect(result.exitCode == 1)
        #expect(result.errors == "Error: Cannot read '/none'; is the path right?\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Subscriptions are counted, not events`() async throws {
        // Each connection gets many events; were these counted, the last ones would never be asked for.
        try await withTestServer { connection, _ in
            try await connection.beginStream(String(repeating: "data: x\n\n", count: 50))
            await connection.waitForClose()
        } _: { server in
            let result = try await run(Executable.sse(), ["bench", "subscribe", server.url, "--count", "20"])
            #expect(result.exitCode == 0)
            #expect(try JSON.object(result.output)["subscriptions"] == 20)
            // The one before the measurement as well.
            #expect(server.requests.entries.count == 21)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream that is none`() async throws {
        let result = try await LocalServer.run { origin in
            try await IntegrationTests.run(Executable.sse(), ["bench", "read", "\(origin)/html"])
        }
        #expect(result.exitCode == 1)
        #expect(result.errorLines.count == 1)
    }

    @Test(
        arguments: [
            ["bench", "parse"], ["bench", "parse", "x", "--rounds", "0"], ["bench", "read", "x", "--transport", "y"],
            ["x"],
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `No command, or a setting out of range`(arguments: [String]) async throws {
        #expect(try await run(Executable.sse(), arguments).exitCode == 64)
    }
}
