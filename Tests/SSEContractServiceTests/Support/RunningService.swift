internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import Testing

@testable internal import SSEContractService

/// A service that runs, as the harness sees it.
@available(SwiftSSE 1.0, *)
struct RunningService: Sendable {
    let origin: String

    /// Sends a request to the service.
    func send(_ method: HTTPMethod, _ path: String, _ body: String? = nil) async throws -> ServiceAnswer {
        var request = HTTPClientRequest(url: self.origin + path)
        request.method = method
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        return ServiceAnswer(
            status: Int(response.status.code),
            location: response.headers.first(name: "Location"),
            body: String(buffer: try await response.body.collect(upTo: 1 << 20))
        )
    }

    /// Has the service make a client.
    ///
    /// - Returns: The path of the client.
    func make(_ client: WantedClient) async throws -> String {
        let json = String(decoding: try JSONEncoder().encode(client), as: UTF8.self)
        let answer = try await self.send(.POST, "/", json)
        #expect((200..<300).contains(answer.status))
        return try #require(answer.location)
    }
}

/// Runs a service on a port of its own for the time of a closure.
///
/// - Parameter body: Gets the service, and a way to wait until it has stopped by itself.
@available(SwiftSSE 1.0, *)
func withService(
    _ body: (RunningService, _ untilStopped: () async throws -> Void) async throws -> Void
) async throws {
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { continuation.finish() }
            try await ContractService(port: 0) { continuation.yield($0) }.run()
        }
        defer { group.cancelAll() }
        let port = try #require(await ports.first { _ in true }, "The service does not start.")
        try await body(RunningService(origin: "http://127.0.0.1:\(port)")) { try await group.next() }
    }
}
