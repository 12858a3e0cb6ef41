internal import Foundation
internal import SSETestSupport
internal import Testing

/// `sse demo`.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct DemoTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Two clients receive three timestamps each, and it exits with 0`() async throws {
        let result = try await run(Executable.sse(), ["demo", "--events", "3", "--port", "0", "--interval", "50ms"])
        #expect(result.exitCode == 0)
        #expect(result.errors == "")
        let lines = result.outputLines
        #expect(lines.first?.wholeMatch(of: /Serving http:\/\/localhost:[0-9]+\/sse/) != nil)
        #expect(lines.last == "Done.")
        for client in ["client 1", "client 2"] {
            let texts = lines.filter { $0.hasPrefix(client) }.map { String($0.dropFirst(client.count + 2)) }
            #expect(texts.first == "connected")
            #expect(texts.last == "disconnected after 3 events")
            let events = texts.dropFirst().dropLast()
            #expect(events.count == 3)
            for (event, id) in zip(events, 1...) {
                let pattern = /timestamp  [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z  id ([0-9]+)/
                #expect(event.wholeMatch(of: pattern)?.1 == "\(id)")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A port that is in use is one line on standard error that says what to do, and it exits with 1`() async throws
    {
        try await withProcess(Executable.sse(), ["demo", "--port", "0", "--events", "100000"]) { first in
            let port = try #require(await first.demoPort())
            let second = try await run(Executable.sse(), ["demo", "--port", "\(port)"])
            #expect(second.exitCode == 1)
            #expect(second.errors == "Error: Port \(port) is in use; choose another one with --port.\n")
            #expect(second.output == "")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Ctrl-C ends it with 0, and its clients end too`() async throws {
        try await withProcess(Executable.sse(), ["demo", "--port", "0", "--events", "100000", "--interval", "10ms"]) {
            demo in
            _ = try #require(await demo.output.lines.first { $0.contains("  timestamp  ") })
            demo.interrupt()
            let result = await demo.result()
            #expect(result.exitCode == 0)
            #expect(result.errors == "")
            #expect(result.outputLines.last == "Done.")
            #expect(result.outputLines.filter { $0.contains("disconnected after") }.count == 2)
        }
    }

    @Test(
        arguments: [
            ["--port", "65536"], ["--port", "x"], ["--events", "0"], ["--interval", "0"], ["--interval", "1y"], ["x"],
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Settings out of range are usage errors`(arguments: [String]) async throws {
        let result = try await run(Executable.sse(), ["demo"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("Error: "))
        #expect(result.output == "")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The stream goes on after the last event ID`() async throws {
        try await withProcess(Executable.sse(), ["demo", "--port", "0", "--events", "100000", "--interval", "10ms"]) {
            demo in
            let port = try #require(await demo.demoPort())
            let url = "http://127.0.0.1:\(port)/sse"
            let result = try await run(
                Executable.sse(),
                ["listen", url, "--last-event-id", "41", "--max", "2", "--json"]
            )
            #expect(result.exitCode == 0)
            #expect(result.outputLines.count == 2)
            #expect(result.outputLines.first?.contains(#""id":"42""#) == true)
        }
    }
}
