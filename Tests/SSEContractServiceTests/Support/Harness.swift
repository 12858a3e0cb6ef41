internal import Foundation
internal import NIOHTTP1
internal import SSETestSupport
internal import Testing

/// A service with one client, the stream that it reads, and the reports that it sends.
@available(SwiftSSE 1.0, *)
struct Harness: Sendable {
    let service: RunningService
    let stream: TestServer
    /// The path of the client at the service.
    let client: String
    /// Where the client reports.
    let callbacks: TestServer

    /// The next thing that the client has seen.
    func report() async throws -> Report {
        var request = try #require(await self.callbacks.requests.next())
        // A client of another test may try a port that its own server has had before.
        while request.path.hasPrefix("/events") { request = try #require(await self.callbacks.requests.next()) }
        #expect(request.method == "POST")
        return try JSONDecoder().decode(Report.self, from: Data(request.body))
    }

    /// Expects that these are the next things that the client has seen.
    func expect(_ expected: [Report], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        var reports: [Report] = []
        for _ in expected { reports.append(try await self.report()) }
        #expect(reports == expected, sourceLocation: sourceLocation)
    }

    /// Expects that the next thing that the client has seen is an error.
    func expectError(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let report = try await self.report()
        #expect(report.kind == "error", sourceLocation: sourceLocation)
        #expect(report.error?.isEmpty == false, sourceLocation: sourceLocation)
    }

    /// The next request that the client has sent for the stream.
    func request() async throws -> RawRequest {
        try #require(await self.stream.requests.next())
    }

    /// Has the client told to connect again.
    func restart() async throws {
        let answer = try await self.service.send(.POST, self.client, #"{"command":"restart"}"#)
        #expect((200..<300).contains(answer.status))
    }
}

/// Has a service read a stream for the time of a closure.
///
/// - Parameters:
///   - wanted: What the client is to be like.
///   - script: What the stream's server does with each request.
///   - body: Looks at the requests and the reports.
@available(SwiftSSE 1.0, *)
func withHarness(
    client wanted: WantedClient = WantedClient(),
    _ script: @escaping TestServer.Script,
    _ body: (Harness) async throws -> Void
) async throws {
    try await withTestServer(script) { stream in
        try await withTestServer(acceptReport) { callbacks in
            try await withService { service, _ in
                var wanted = wanted
                wanted.streamUrl = stream.url
                wanted.callbackUrl = "\(callbacks.origin)/callbacks"
                let client = try await service.make(wanted)
                try await body(Harness(service: service, stream: stream, client: client, callbacks: callbacks))
                let paths = callbacks.requests.entries.map(\.path).filter { $0.hasPrefix("/callbacks") }
                #expect(paths == paths.indices.map { "/callbacks/\($0 + 1)" })
            }
        }
    }
}

/// Takes a report as the harness does.
@available(SwiftSSE 1.0, *)
func acceptReport(_ connection: inout TestConnection, _ request: RawRequest) async throws {
    try await connection.send(Head.response("200 OK", ["Content-Length: 0", "Connection: close"]))
}
