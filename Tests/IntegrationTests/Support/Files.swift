internal import Foundation

/// Where files of this package are.
enum Files {
    private static let tests = URL(filePath: #filePath)
        .deletingLastPathComponent()  // Support
        .deletingLastPathComponent()  // IntegrationTests
        .deletingLastPathComponent()

    static let package = Self.tests.deletingLastPathComponent()

    static func peer(_ name: String) -> String {
        Self.tests.appending(path: "IntegrationTests/Peers/\(name)").path
    }

    /// The streams that every parser has to read right.
    static let eventStreamCases = Self.tests.appending(
        path: "ServerSentEventsTests/Fixtures/event-stream-cases.json"
    )

    /// Makes a file for the time of a closure.
    static func withTemporaryFile<Result>(
        _ contents: [UInt8],
        _ body: (_ path: String) async throws -> Result
    ) async throws -> Result {
        let url = FileManager.default.temporaryDirectory.appending(path: "sse-\(UUID().uuidString)")
        try Data(contents).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try await body(url.path)
    }
}
