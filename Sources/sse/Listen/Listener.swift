import Foundation
import SSEClient
import ServerSentEvents

/// Reads one stream and prints what was asked for of it.
@available(SwiftSSE 1.0, *)
struct Listener: Sendable {
    let client: EventStreamClient
    let request: EventStreamRequest
    let types: Set<String>
    let maximum: Int
    let format: EventPrinter.Format

    init(client: EventStreamClient, request: EventStreamRequest, output: OutputOptions) {
        self.client = client
        self.request = request
        self.types = Set(output.types)
        self.maximum = output.max ?? .max
        self.format = output.format
    }

    func run() async throws {
        let printer = EventPrinter(format: self.format)
        try await self.client.withStream(self.request) { _, events in
            var printed = 0
            for try await item in events.items {
                switch item {
                case .event(let event) where self.types.isEmpty || self.types.contains(event.type.rawValue):
                    try printer.print(event, lastEventID: events.lastEventID)
                    printed += 1
                    if printed == self.maximum { return }
                case .comment(let comment):
                    try printer.print(comment: comment)
                case .invalidData(let error, _):
                    FileHandle.standardError.write(Data("sse: \(error.message)\n".utf8))
                case .event, .retry, .lastEventID:
                    continue
                }
            }
        }
    }
}
