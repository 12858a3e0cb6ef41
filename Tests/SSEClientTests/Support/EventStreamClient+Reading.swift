internal import SSEClient
internal import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension EventStreamClient {
    /// A client with an idle timeout that is no part of what is tested, and shorter than a test's time limit.
    static var test: EventStreamClient {
        EventStreamClient(configuration: .init(idleTimeout: .seconds(30)))
    }

    /// Reads a stream to its end.
    func events(of url: String) async throws -> [ServerSentEvent] {
        try await self.withStream(EventStreamRequest(url: url)) { _, events in
            try await events.collected()
        }
    }

    /// Reads a stream until it ends in whatever way.
    func outcome(of request: EventStreamRequest) async -> StreamOutcome {
        var outcome = StreamOutcome()
        do {
            try await self.withStream(request) { _, events in
                for try await event in events { outcome.data.append(event.data) }
            }
        } catch {
            outcome.error = error
        }
        return outcome
    }

    func outcome(of url: String) async -> StreamOutcome {
        await self.outcome(of: EventStreamRequest(url: url))
    }
}

/// What came of a stream.
@available(SwiftSSE 1.0, *)
struct StreamOutcome {
    /// The data of the events.
    var data: [String] = []
    /// How it ended, `nil` if the server ended it.
    var error: (any Error)?

    var clientError: SSEClientError? { self.error as? SSEClientError }
}
