private import AsyncHTTPClient
private import Foundation
private import NIOCore
private import NIOHTTP1
private import SSEClient

/// Posts a client's reports one after the other, numbered from 1.
@available(SwiftSSE 1.0, *)
struct CallbackSender {
    private let url: String
    private var count = 0

    /// Makes a sender.
    ///
    /// - Parameter url: Where to report; each callback goes to a number below it.
    init(url: String) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// Posts a report, and returns when the harness has answered, whatever it says.
    ///
    /// - Throws: What went wrong if there is no answer.
    mutating func send(_ callback: Callback) async throws {
        self.count += 1
        var request = HTTPClientRequest(url: "\(self.url)/\(self.count)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(try JSONEncoder().encode(callback))
        let response = try await HTTPClient.eventStreams.execute(request, timeout: .seconds(30))
        // The connection serves the next report only if this answer has been read.
        for try await _ in response.body {}
    }
}
