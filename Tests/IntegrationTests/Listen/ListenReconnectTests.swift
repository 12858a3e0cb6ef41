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

    @Test("Without it the program ends with the stream")
    @available(SwiftSSE 1.0, *)
    func once() async throws {
        let result = try await Self.listen("/numbered", "--data")
        #expect(result.output == "1\n2\n")
        #expect(result.errors == "")
        #expect(result.exitCode == 0)
    }

    @Test("With it the program goes on after the last event, until the server says that there is nothing more")
    @available(SwiftSSE 1.0, *)
    func reconnect() async throws {
        let result = try await Self.listen("/numbered", "--data", "--reconnect")
        #expect(result.output == "1\n2\n3\n4\n5\n6\n")
        #expect(result.errors == "")
        #expect(result.exitCode == 0)
    }

    @Test("-v says on standard error what happens")
    @available(SwiftSSE 1.0, *)
    func verbose() async throws {
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

    @Test("A cursor file is where the next run goes on")
    @available(SwiftSSE 1.0, *)
    func cursor() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cursor-\(UUID())").path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        for expected in ["1\n2\n", "3\n4\n", "5\n6\n"] {
            let result = try await Self.listen("/numbered", "--data", "--cursor", file)
            #expect(result.output == expected)
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "6")
    }

    @Test("With --max the cursor stands after the last event that was printed")
    @available(SwiftSSE 1.0, *)
    func cursorWithMaximum() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cursor-\(UUID())").path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        for expected in ["1\n", "2\n", "3\n"] {
            let result = try await Self.listen("/numbered", "--data", "--max", "1", "--cursor", file)
            #expect(result.output == expected)
            #expect(result.errors == "")
        }
    }

    @Test("A cursor file that cannot be written is said in one line, and the events come")
    @available(SwiftSSE 1.0, *)
    func cursorNotWritten() async throws {
        let result = try await Self.listen("/numbered", "--data", "--cursor", "/no/such/folder/cursor")
        #expect(result.output == "1\n2\n")
        #expect(result.errors.hasPrefix("sse: The last event ID cannot be saved: "))
        #expect(result.exitCode == 0)
    }

    @Test("A cursor file that holds no id is one line, and it exits with 1")
    @available(SwiftSSE 1.0, *)
    func cursorInvalid() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cursor-\(UUID())")
        try Data("a\nb".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try await Self.listen("/numbered", "--cursor", file.path())
        #expect(result.errorLines.count == 1)
        #expect(result.exitCode == 1)
        #expect(result.output == "")
    }

    @Test("What is final is an error with --reconnect too")
    @available(SwiftSSE 1.0, *)
    func final() async throws {
        let result = try await Self.listen("/forbidden", "--reconnect")
        #expect(result.errors == "Error: The server answered 403 Forbidden, not 200 OK. It says: Who are you?\n")
        #expect(result.exitCode == 1)
    }

    @Test("Ctrl-C while it waits ends it with 0 and a summary")
    @available(SwiftSSE 1.0, *)
    func interrupt() async throws {
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
