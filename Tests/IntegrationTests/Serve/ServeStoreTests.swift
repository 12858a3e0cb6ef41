internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSETestSupport
internal import Testing

/// `sse serve --store`.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ServeStoreTests {
    #if SQLite
    @available(SwiftSSE 1.0, *)
    @Test
    func `A client goes on exactly after a restart of the hub`() async throws {
        try await Self.withFolder { folder in
            let arguments = ["--port", "0", "--store", folder + "/events.db"]
            let ids = try await HubProcess.run(arguments) { hub in
                let published = try await hub.publish(["--topic", "t", "-"], input: "1\n2\n3\n4\n")
                try #require(published.exitCode == 0)
                hub.process.terminate()
                #expect(await hub.process.result().exitCode == 0)
                return published.outputLines
            }
            try #require(ids.count == 4)
            try await HubProcess.run(arguments) { hub in
                _ = try await hub.publish(["--topic", "t", "5"])
                let url = "\(hub.endpoint)?topic=t"
                let rest = try await run(
                    Executable.sse(),
                    ["listen", url, "--last-event-id", ids[1], "--json", "--max", "3"]
                )
                let events = try rest.outputLines.map { try JSONDecoder().decode(EventLine.self, from: Data($0.utf8)) }
                #expect(events.map(\.data) == ["3", "4", "5"] && events.prefix(2).map(\.id) == ids.suffix(2))
                #expect(try await hub.replay(topic: "t", count: 5).map(\.data) == ["1", "2", "3", "4", "5"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        .enabled(if: Executable.named("curl") != nil, "There is no curl."),
        arguments: [
            "--http1.1", "--http2-prior-knowledge",
        ]
    )
    func `A client of a quiet topic is told no gap on a file either`(version: String) async throws {
        try await Self.withFolder { folder in
            let arguments = [
                "--port", "0", "--retain-events", "50", "--heartbeat", "1s", "--store", folder + "/events.db",
            ]
            try await HubProcess.run(arguments) { try await checkQuietTopic($0, version: version) }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["full", "normal", "off"])
    func `Killed again and again, it has lost nothing that it has acknowledged`(durability: String) async throws {
        try await Self.withFolder { folder in
            let arguments = ["--port", "0", "--store", folder + "/events.db", "--store-durability", durability]
            let seed = UInt64.random(in: 0..<10_000)
            var generator = SeededGenerator(seed: seed)
            let acknowledged = Acknowledgements()
            // One that finds out at once that the hub is gone.
            var configuration = HTTPClient.Configuration()
            configuration.connectionPool.retryConnectionEstablishment = false
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            defer { client.shutdown { _ in } }
            let rounds = 8
            for round in 1...rounds {
                let goal = Int.random(in: 1...150, using: &generator)
                try await HubProcess.run(arguments) { hub in
                    await withTaskGroup(of: Void.self) { group in
                        for publisher in 1...8 {
                            group.addTask {
                                for number in 1... {
                                    let data = "\(round)-\(publisher)-\(number)"
                                    guard let id = await Self.post(data, to: hub, client) else { return }
                                    if acknowledged.add(data, id, in: round) == goal { hub.process.kill() }
                                }
                            }
                        }
                    }
                    _ = await hub.process.result()
                }
            }
            try await HubProcess.run(arguments) { hub in
                let id = try #require(await Self.post("end", to: hub))
                let last = try #require(EventPosition(wireID: id))
                let events = try await hub.replay(topic: "t", count: Int(last.sequence))
                let positions = events.map { EventPosition(wireID: $0.id) }
                let expected = (1...last.sequence).map { EventPosition(epoch: last.epoch, sequence: $0) }
                #expect(positions == expected, "seed \(seed)")
                let ids = Dictionary(grouping: events) { $0.data ?? "" }.mapValues { $0.map(\.id) }
                for (data, id) in acknowledged.ids {
                    #expect(ids[data] == [id], "seed \(seed): \(data)")
                }
                // What was in doubt may be there, once.
                #expect(ids.allSatisfy { $0.value.count == 1 }, "seed \(seed)")
                #expect(events.count <= acknowledged.ids.count + rounds * 8 + 1, "seed \(seed)")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `What cannot be a store is one line that names the file`() async throws {
        try await Self.withFolder { folder in
            let file = folder + "/notes.txt"
            try Data("notes".utf8).write(to: URL(filePath: file))
            let other = try await run(Executable.sse(), ["serve", "--port", "0", "--store", file])
            #expect(other.errors.hasSuffix("Error: --store: '\(file)' is no database; it is left as it is.\n"))
            #expect(other.exitCode == 1)
            #expect(try String(contentsOf: URL(filePath: file), encoding: .utf8) == "notes")
            let store = folder + "/events.db"
            try await HubProcess.run(["--port", "0", "--store", store]) { _ in
                let second = try await run(Executable.sse(), ["serve", "--port", "0", "--store", store])
                #expect(second.errors.contains("Error: --store: '\(store)' is in use by the process "))
                #expect(second.exitCode == 1)
            }
            let alone = try await run(Executable.sse(), ["serve", "--store-durability", "off"])
            #expect(alone.errors == "Error: --store-durability needs --store, the file to keep events in.\n")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `The settings of a store can be in the environment, and --check shows them`() async throws {
        try await Self.withFolder { folder in
            let store = folder + "/events.db"
            let environment = ["SSE_STORE=\(store)", "SSE_STORE_DURABILITY=normal"]
            let check = try await run(
                URL(filePath: "/usr/bin/env"),
                environment + [Executable.sse().path, "serve", "--check"]
            )
            #expect(check.output.contains("\"store\" : \"\(store)\"") && check.output.contains("\"normal\""))
            #expect(!FileManager.default.fileExists(atPath: store))
            try await HubProcess.run(environment: environment) { hub in
                #expect(await Self.post("x", to: hub) != nil)
            }
            #expect(FileManager.default.fileExists(atPath: store))
        }
    }

    /// Publishes an event, and returns its id, `nil` if that is not acknowledged.
    @available(SwiftSSE 1.0, *)
    private static func post(
        _ data: String,
        to hub: HubProcess,
        _ client: HTTPClient = .shared
    ) async -> String? {
        var request = HTTPClientRequest(url: hub.endpoint)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: "topic=t&data=\(data)"))
        guard let response = try? await client.execute(request, timeout: .seconds(60)),
            response.status == .ok, let body = try? await response.body.collect(upTo: 1024)
        else {
            return nil
        }
        return String(buffer: body)
    }
    #else
    @available(SwiftSSE 1.0, *)
    @Test
    func `Without SQLite it says how to build it with it`() async throws {
        try await Self.withFolder { folder in
            let result = try await run(Executable.sse(), ["serve", "--check", "--store", folder + "/events.db"])
            #expect(
                result.errors == """
                    Error: --store: this sse was built without SQLite; build it with \
                    swift build --traits default,SQLite.

                    """
            )
            #expect(result.exitCode == 1)
        }
    }
    #endif

    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sse-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.resolvingSymlinksInPath().path)
    }
}
