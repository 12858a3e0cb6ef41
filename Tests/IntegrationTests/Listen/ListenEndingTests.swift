internal import Foundation
internal import SSETestSupport
internal import Testing

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// `sse listen` ends when it is told to, whatever it is doing, and says so when it cannot do its work.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ListenEndingTests {
    /// Far below the ten seconds after which a connection that is being made is given up.
    private static let soon = Duration.seconds(6)

    /// Runs a closure with the URL of a server that takes connections and says nothing.
    @available(SwiftSSE 1.0, *)
    private static func withSilentServer(_ body: (_ url: String) async throws -> Void) async throws {
        try await withTestServer { _, _ in
            await waitForCancellation()
        } _: { server in
            try await body(server.url)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    @available(SwiftSSE 1.0, *)
    func `A signal ends it while a connection is being made`(signal: Int32) async throws {
        try await Self.withSilentServer { url in
            let silent = url.replacing("http:", with: "https:")
            let throughProxy = ["https://a.test/", "--proxy", url]
            for arguments in [[silent], [silent, "--reconnect"], throughProxy] {
                try await withProcess(Executable.sse(), ["listen", "-v"] + arguments) { process in
                    _ = await process.errors.lines.first { $0 == "* connecting" }
                    let start = ContinuousClock.now
                    if signal == SIGINT { process.interrupt() } else { process.terminate() }
                    let result = await process.result()
                    #expect(start.duration(to: .now) < Self.soon, "\(arguments)")
                    #expect(result.exitCode == 0)
                    #expect(result.errorLines.last?.hasPrefix("sse: 0 events in ") == true)
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The time for connecting is what was asked for, also during the handshake and at a proxy`() async throws {
        try await Self.withSilentServer { url in
            let silent = url.replacing("http:", with: "https:")
            for arguments in [[silent], ["https://a.test/", "--proxy", url]] {
                let start = ContinuousClock.now
                let result = try await run(Executable.sse(), ["listen", "--connect-timeout", "300ms"] + arguments)
                #expect(start.duration(to: .now) < Self.soon)
                #expect(result.exitCode == 1 && result.errorLines.count == 1)
            }
        }
    }

    @Test(arguments: [">/dev/full", ">&-", "--reconnect >/dev/full", "--json --max 2 >/dev/full"])
    @available(SwiftSSE 1.0, *)
    func `What cannot be printed is an error`(ending: String) async throws {
        try await LocalServer.run { origin in
            let command = "exec '\(try Executable.sse().path)' listen \(origin)/three --data \(ending)"
            let command2 = ending.contains("--json") ? command.replacing("--data ", with: "") : command
            let result = try await run(URL(filePath: "/bin/sh"), ["-c", command2])
            #expect(result.exitCode == 1)
            #expect(result.errorLines.count == 1)
            #expect(result.errors.hasPrefix("Error: The output cannot be written: "))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Other commands say so as well`() async throws {
        let sse = try Executable.sse().path
        let commands = [
            "printf 'data: x\\n\\n' | '\(sse)' parse --json >/dev/full", "'\(sse)' serve --port 0 --check >/dev/full",
        ]
        for command in commands {
            let result = try await run(URL(filePath: "/bin/sh"), ["-c", command])
            #expect(result.exitCode == 1, "\(command)")
            #expect(result.errors.contains("The output cannot be written: "), "\(command)")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A signal ends it while it writes to somebody who does not read`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "fifo").path
        try #require(mkfifo(path, 0o600) == 0)
        let fifo = open(path, O_RDWR | O_NONBLOCK)
        defer { close(fifo) }
        try await withTestServer { connection, _ in
            try await connection.sendStream(
                String(repeating: "data: \(String(repeating: "x", count: 1000))\n\n", count: 500)
            )
        } _: { server in
            let command = "exec '\(try Executable.sse().path)' listen \(server.url) >'\(path)'"
            try await withProcess(URL(filePath: "/bin/sh"), ["-c", command]) { process in
                // When there is no room for a byte more, the program waits for some.
                try await waitUntil { write(fifo, "x", 1) == -1 && errno == EAGAIN }
                let start = ContinuousClock.now
                process.terminate()
                #expect(await process.result().exitCode == 130)
                #expect(start.duration(to: .now) < Self.soon)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The last event that was printed is the one to go on after, also when a signal ends it`() async throws {
        try await Files.withTemporaryFile([]) { path in
            try await withTestServer { connection, _ in
                let events = (1...20_000).map { "id: \($0)\ndata: \($0)\n\n" }.joined()
                try await connection.send(Head.response("200 OK", ["Content-Type: text/event-stream"]) + events)
                await waitForCancellation()
            } _: { server in
                try await withProcess(Executable.sse(), ["listen", server.url, "--data", "--cursor", path]) { process in
                    _ = await process.output.lines.first { $0 == "20000" }
                    process.interrupt()
                    #expect(await process.result().exitCode == 0)
                }
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "20000")
        }
    }
}
