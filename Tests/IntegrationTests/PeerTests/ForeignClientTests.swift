internal import Foundation
internal import SSETestSupport
internal import Testing

/// Clients of others read our server.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ForeignClientTests {
    @Test(.enabled(if: Executable.named("curl") != nil, "There is no curl on the path."))
    @available(SwiftSSE 1.0, *)
    func `Curl reads the demo`() async throws {
        let curl = try #require(Executable.named("curl"))
        try await withProcess(Executable.sse(), ["demo", "--port", "0", "--events", "100000", "--interval", "50ms"]) {
            demo in
            let port = try #require(await demo.demoPort())
            try await withProcess(curl, ["-sSN", "-D", "-", "http://localhost:\(port)/sse"]) { curl in
                var lines: [String] = []
                for await line in curl.output.lines {
                    lines.append(line.replacing("\r", with: ""))
                    if lines.filter({ $0 == "event: timestamp" }).count == 3 { break }
                }
                #expect(lines.first == "HTTP/1.1 200 OK")
                #expect(lines.contains { $0.lowercased() == "content-type: text/event-stream" })
                #expect(lines.contains { $0.lowercased().hasPrefix("cache-control: no-") })
                #expect(lines.contains("id: 1"))
                #expect(lines.contains("id: 2"))
            }
        }
    }

    @Test(
        .enabled(
            if: Executable.peersPython != nil,
            "There is no .venv with Tests/IntegrationTests/Peers/requirements.txt."
        )
    )
    @available(SwiftSSE 1.0, *)
    func `Python's httpx-sse reads our server`() async throws {
        let python = try #require(Executable.peersPython)
        let result = try await LocalServer.run { origin in
            try await run(python, [Files.peer("read_events.py"), "\(origin)/three", "3"])
        }
        #expect(result.exitCode == 0, "\(result.errors)")
        let lines = try result.outputLines.map { try JSON.sorted($0) }
        #expect(
            lines == [
                #"{"data":"one","id":"","retry":null,"type":"message"}"#,
                #"{"data":"two\nlines","id":"7","retry":null,"type":"news"}"#,
                #"{"data":"three …","id":"7","retry":1234,"type":"message"}"#,
            ]
        )
    }

    @Test(.enabled("There is no node with an EventSource on the path.") { try await Self.nodeArguments() != nil })
    @available(SwiftSSE 1.0, *)
    func `Node's EventSource reads the demo`() async throws {
        let node = try #require(Executable.named("node"))
        let arguments = try #require(await Self.nodeArguments())
        try await withProcess(Executable.sse(), ["demo", "--port", "0", "--events", "100000", "--interval", "50ms"]) {
            demo in
            let port = try #require(await demo.demoPort())
            let url = "http://localhost:\(port)/sse"
            let result = try await run(node, arguments + [Files.peer("read_events.mjs"), url, "3"])
            #expect(result.exitCode == 0, "\(result.errors)")
            let lines = try result.outputLines.map { try JSON.sorted($0) }
            #expect(lines.count == 3)
            for (line, id) in zip(lines, 1...) {
                #expect(line.hasSuffix(#""id":"\#(id)","type":"timestamp"}"#), "\(line)")
            }
        }
    }

    /// The flags with which the node on the path has an `EventSource`, `nil` if it never has.
    @available(SwiftSSE 1.0, *)
    private static func nodeArguments() async throws -> [String]? {
        guard let node = Executable.named("node") else { return nil }
        for arguments in [[], ["--experimental-eventsource"]] {
            let result = try await run(
                node,
                arguments + ["-e", "process.exit(typeof EventSource === 'function' ? 0 : 1)"]
            )
            if result.exitCode == 0 { return arguments }
        }
        return nil
    }
}
