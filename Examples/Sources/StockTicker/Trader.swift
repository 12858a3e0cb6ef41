import ExampleServer
import SSEClient

/// Reads three prices, loses the connection, and goes on with the three after them.
func trade(at url: String) async throws {
    var request = EventStreamRequest(url: url)
    var prices: [ServerSentEvent] = []
    for _ in 1...2 {
        try await EventStreamClient().withStream(request) { _, events in
            for try await event in events {
                print(event.id ?? .empty, event.data)
                prices.append(event)
                if prices.count.isMultiple(of: 3) { break }
            }
            request.lastEventID = events.lastEventID
        }
    }
    let steps = prices.compactMap { $0.id.flatMap { Int($0.rawValue) } }
    let first = steps.first ?? 0
    try ExampleFailure.unless(steps == Array(first..<(first + 6)), "steps are missing or sent twice: \(steps)")
}
