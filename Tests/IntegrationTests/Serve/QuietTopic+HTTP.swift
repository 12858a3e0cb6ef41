internal import Foundation
internal import SSEBroker
internal import SSETestSupport
internal import Testing

/// Listens with curl to a topic on which nothing is published while others turn the log over, comes back, and expects no gap.
///
/// - Parameters:
///   - hub: A hub that keeps fewer than 100 events and sends a heartbeat each second.
///   - version: How curl is told the version of HTTP.
@available(SwiftSSE 1.0, *)
func checkQuietTopic(_ hub: HubProcess, version: String) async throws {
    let curl = try #require(Executable.named("curl"))
    let options = ["-sSN", "--max-time", "60", version, "\(hub.endpoint)?topic=quiet"]
    let last = try await withProcess(curl, options) { client in
        var lines = client.output.lines.makeAsyncIterator()
        // It is there once its position is told.
        while let line = await lines.next(), !line.hasPrefix("id: ") {}
        #expect(try await hub.publish(["--topic", "quiet", "one"]).exitCode == 0)
        let numbers = (1...100).map { "\($0)\n" }.joined()
        let noise = try await hub.publish(["--topic", "noisy", "-"], input: numbers)
        let end = try #require(noise.outputLines.last.flatMap(EventPosition.init(wireID:)))
        var data: [String] = []
        while let line = await lines.next() {
            if line.hasPrefix("data: ") { data.append(String(line.dropFirst(6))) }
            guard line.hasPrefix("id: "), let position = EventPosition(wireID: String(line.dropFirst(4))) else {
                continue
            }
            if position == end { break }
        }
        #expect(data == ["one"])
        return end.wireID
    }
    #expect(try await hub.publish(["--topic", "quiet", "two"]).exitCode == 0)
    try await withProcess(curl, options + ["-H", "Last-Event-ID: \(last)"]) { client in
        let content = client.output.lines.filter { $0.hasPrefix("data: ") || $0.hasPrefix("event: ") }
        #expect(await content.first { _ in true } == "data: two")
    }
}
