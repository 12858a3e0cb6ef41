import ArgumentParser
import Foundation
import HTTPTypes
import SSEClient
import ServerSentEvents

/// `sse bench read`: reads a stream as fast as it comes.
@available(SwiftSSE 1.0, *)
struct BenchReadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Read an event stream to its end and print how fast that went."
    )

    private struct Report: Encodable {
        let events: Int
        let dataBytes: Int
        let seconds: Double
        let eventsPerSecond: Double
        let maximumResidentKilobytes: Int

        private enum CodingKeys: String, CodingKey {
            case events
            case dataBytes = "data_bytes"
            case seconds
            case eventsPerSecond = "events_per_s"
            case maximumResidentKilobytes = "max_rss_kb"
        }
    }

    @Argument(help: "The URL of the stream.")
    var url: String

    @Option(help: "What carries the request.")
    var transport = TransportArgument.asyncHTTPClient

    @OptionGroup(title: "Network")
    var network: NetworkOptions

    func run() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        var events = 0
        var dataBytes = 0
        do {
            var request = EventStreamRequest(url: self.url)
            request.headers[.authorization] = self.network.authorization
            try await self.transport.withClient(self.network) { client in
                try await client.withStream(request) { _, stream in
                    for try await event in stream {
                        events += 1
                        dataBytes += event.data.utf8.count
                    }
                }
            }
        } catch {
            throw CommandFailure(describing: error)
        }
        let seconds = (clock.now - start) / .seconds(1)
        let report = Report(
            events: events,
            dataBytes: dataBytes,
            seconds: seconds,
            eventsPerSecond: Double(events) / seconds,
            maximumResidentKilobytes: ResidentMemory.maximumKilobytes
        )
        try StandardOutput.writeLine(JSONLine()(report))
    }
}
