internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import Testing

/// `sse serve`, in a process of its own.
@available(SwiftSSE 1.0, *)
struct HubProcess {
    let process: RunningProcess
    let port: Int

    var origin: String { "http://127.0.0.1:\(self.port)" }
    var endpoint: String { "\(self.origin)/.well-known/mercure" }

    /// Where to subscribe to topics, or to what selects them.
    func url(topics: [String], host: String = "http://127.0.0.1") -> String {
        let names = topics.map { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
        return "\(host):\(self.port)/.well-known/mercure?topic=\(names.joined(separator: "&topic="))"
    }

    /// Runs a hub for the time of a closure, on any port unless the arguments or the environment name one.
    static func run<Result>(
        _ arguments: [String] = ["--port", "0"],
        environment: [String] = [],
        deadline: Duration = .seconds(120),
        _ body: (HubProcess) async throws -> Result
    ) async throws -> Result {
        try await withProcess(
            URL(filePath: "/usr/bin/env"),
            environment + [Executable.sse().path, "serve"] + arguments,
            deadline: deadline
        ) { process in
            for await line in process.output.lines {
                guard
                    let match = line.wholeMatch(
                        of: /The hub listens on https?:\/\/.*:([0-9]+)\/.well-known\/mercure.*/
                    ),
                    let port = Int(match.1)
                else { continue }
                return try await body(HubProcess(process: process, port: port))
            }
            Issue.record("The hub ended: \(await process.result().errors)")
            throw CancellationError()
        }
    }

    /// Runs `sse publish` against the hub.
    func publish(_ arguments: [String], input: String = "") async throws -> ProcessResult {
        try await IntegrationTests.run(Executable.sse(), ["publish", self.origin] + arguments, input: input)
    }

    /// Runs `sse listen` against the hub for the time of a closure, which begins when the stream is open.
    func listen<Result>(
        topic: String,
        _ arguments: [String] = ["--data"],
        _ body: (RunningProcess) async throws -> Result
    ) async throws -> Result {
        let url = "\(self.endpoint)?topic=\(topic)"
        return try await withProcess(Executable.sse(), ["listen", url, "-v"] + arguments) { listener in
            _ = try #require(await listener.errors.lines.first { $0.hasPrefix("* open") })
            return try await body(listener)
        }
    }

    /// What there is on a topic from the first event that the hub keeps, as JSON objects.
    func replay(topic: String, count: Int) async throws -> [EventLine] {
        let url = "\(self.endpoint)?topic=\(topic)&lastEventID=earliest"
        let result = try await IntegrationTests.run(Executable.sse(), ["listen", url, "--json", "--max", "\(count)"])
        return try result.outputLines.map { try JSONDecoder().decode(EventLine.self, from: Data($0.utf8)) }
    }

    func get(_ path: String) async throws -> (status: Int, body: String) {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: self.origin + path),
            timeout: .seconds(20)
        )
        return (Int(response.status.code), String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }
}

/// A line of `sse listen --json`.
struct EventLine: Decodable, Equatable {
    var type = "message"
    var data: String?
    var id = ""
}
