internal import Foundation
internal import SSETestSupport
internal import Testing

/// `sse bench fanout`.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct BenchFanOutTests {
    @available(SwiftSSE 1.0, *)
    private static func bench(_ origin: String, _ arguments: [String]) async throws -> ProcessResult {
        try await run(Executable.sse(), ["bench", "fanout", origin] + arguments)
    }

    @Test(
        arguments: [
            [], ["--publishers", "3"], ["--rate", "500"], ["--rate", "2000", "--publishers", "4"], ["--loops", "2"],
            ["--size", "29"], ["--size", "5000"],
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `All arrives, once and in order`(arguments: [String]) async throws {
        try await HubProcess.run { hub in
            let common = ["--subscribers", "20", "--messages", "101", "--json"]
            let result = try await Self.bench(hub.origin, common + arguments)
            #expect(result.exitCode == 0)
            #expect(result.errors == "")
            #expect(result.outputLines.count == 1)
            let report = try JSON.object(result.output)
            #expect(report["subscribers"] == 20)
            #expect(report["messages"] == 101)
            #expect(report["deliveries"] == 2020)
            for key in ["lost", "duplicates", "order_faults", "unknown", "closed"] { #expect(report[key] == 0) }
            for key in ["seconds", "deliveries_per_s", "latency_p50_ms"] { #expect(try #require(report[key]) > 0) }
            let (median, p99) = (try #require(report["latency_p50_ms"]), try #require(report["latency_p99_ms"]))
            #expect(median <= p99)
            #expect(try p99 <= #require(report["latency_max_ms"]))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `At a rate it takes its time`() async throws {
        try await HubProcess.run { hub in
            let arguments = ["--subscribers", "2", "--messages", "51", "--rate", "50", "--json"]
            let report = try JSON.object(try await Self.bench(hub.origin, arguments).output)
            #expect(try #require(report["seconds"]) >= 1)
            #expect(report["rate"] == 50)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A table for people`() async throws {
        try await HubProcess.run { hub in
            let result = try await Self.bench(hub.origin, ["--subscribers", "3", "--messages", "7"])
            #expect(result.exitCode == 0)
            #expect(result.errors == "")
            let rows = result.outputLines.map { $0.split(separator: #/ {2,}/#).map(String.init) }
            #expect(rows.first == ["subscribers", "3"])
            #expect(rows.contains(["messages", "7 of 100 bytes"]))
            #expect(rows.contains(["lost", "0"]))
            #expect(rows.allSatisfy { $0.count == 2 })
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `With a token, and without one`() async throws {
        try await HubProcess.run(["--port", "0", "--publisher-key", PublisherToken.key]) { hub in
            let refused = try await Self.bench(hub.origin, ["--subscribers", "2", "--messages", "2"])
            #expect(refused.exitCode == 1)
            #expect(refused.errors.hasPrefix("Error: The hub refused a message with 401 Unauthorized: "))
            let arguments = ["--subscribers", "2", "--messages", "2", "--token", try await PublisherToken.make()]
            #expect(try await Self.bench(hub.origin, arguments).exitCode == 0)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Too many subscribers for the hub is one line that says what the hub says`() async throws {
        try await HubProcess.run(["--port", "0", "--max-connections", "5"]) { hub in
            let result = try await Self.bench(hub.origin, ["--subscribers", "10", "--messages", "2"])
            #expect(result.exitCode == 1)
            #expect(result.errors.hasPrefix("Error: A subscriber was refused with 503 Service Unavailable: "))
            #expect(result.errorLines.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Nobody listens, or no hub does`() async throws {
        try await withClosedPort { port in
            let result = try await Self.bench("http://127.0.0.1:\(port)", [])
            #expect(result.exitCode == 1)
            #expect(result.errors.hasPrefix("Error: Nobody listens at http://127.0.0.1:\(port); "))
        }
        try await HubProcess.run { hub in
            let result = try await Self.bench("\(hub.origin)/nothing", [])
            #expect(result.exitCode == 1)
            #expect(result.errors.hasPrefix("Error: A subscriber was refused with 404 Not Found: "))
        }
    }

    /// What is wrong with what a hub hands out, and how the report counts it.
    enum Fault: String, CaseIterable {
        case loss
        case duplicate
        case order
        case invention
    }

    @Test(arguments: Fault.allCases)
    @available(SwiftSSE 1.0, *)
    func `A hub that loses, doubles, swaps or makes up messages is found out`(fault: Fault) async throws {
        let messages = AsyncStream<String>.makeStream()
        try await withTestServer { connection, request in
            guard request.requestLine.hasPrefix("POST") else {
                try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                var received: [String] = []
                for await message in messages.stream {
                    received.append(message)
                    if received.count == 4 { break }
                }
                switch fault {
                case .loss: received.remove(at: 1)
                case .duplicate: received.insert(received[1], at: 3)
                case .order: received.swapAt(1, 2)
                case .invention: received.insert("~" + String(repeating: "f", count: 28), at: 2)
                }
                // Cut in the middle of the mark, as a proxy may.
                for message in received {
                    try await connection.sendChunk("data: \(message.prefix(9))")
                    try await connection.sendChunk("\(message.dropFirst(9))\n\n")
                }
                return await connection.waitForClose()
            }
            var request = request
            while true {
                let form = String(decoding: request.body, as: UTF8.self)
                messages.continuation.yield(
                    form.replacing("%7E", with: "~").split(separator: "data=").last.map(String.init) ?? ""
                )
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
                request = try await connection.readRequest()
            }
        } _: { server in
            let arguments = ["--subscribers", "1", "--messages", "4", "--timeout", "1s", "--json"]
            let result = try await Self.bench(server.origin, arguments)
            #expect(result.exitCode == 1)
            #expect(result.errors.hasPrefix("Error: Deliveries are wrong: 1 "))
            #expect(result.errorLines.count == 1)
            let report = try JSON.object(result.output)
            #expect(report["lost"] == (fault == .loss ? 1 : 0))
            #expect(report["duplicates"] == (fault == .duplicate ? 1 : 0))
            #expect(report["order_faults"] == (fault == .order ? 1 : 0))
            #expect(report["unknown"] == (fault == .invention ? 1 : 0))
        }
    }

    @Test(
        arguments: [
            [], ["http://localhost", "--subscribers", "0"], ["http://localhost", "--messages", "0"],
            ["http://localhost", "--size", "28"], ["http://localhost", "--rate", "0"],
            ["http://localhost", "--publishers", "0"], ["http://localhost", "--loops", "0"],
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Settings out of range are usage errors`(arguments: [String]) async throws {
        let result = try await run(Executable.sse(), ["bench", "fanout"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("Error: "))
    }
}
