internal import SSETestSupport
internal import ServerSentEvents

@testable internal import SSEClient

/// Iterates a subscription while a test does something else, and writes down what happens.
@available(SwiftSSE 1.0, *)
struct UpdateRecorder: Sendable {
    let lines = Log<String>()

    /// Runs until the subscription is over, or `body` returns.
    func record(_ subscription: EventStreamSubscription, while body: (UpdateRecorder) async throws -> Void) async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    for try await update in subscription.updates { self.lines.append(Self.line(update)) }
                    self.lines.append("over")
                } catch let error as SSEClientError {
                    self.lines.append("threw \(error.code)")
                } catch {
                    self.lines.append("threw \(type(of: error))")
                }
            }
            try await body(self)
            group.cancelAll()
        }
    }

    /// The next lines.
    func next(_ count: Int) async -> [String] {
        var lines: [String] = []
        while lines.count < count, let line = await self.lines.next() { lines.append(line) }
        return lines
    }

    private static func line(_ update: SubscriptionUpdate) -> String {
        switch update {
        case .event(let event): "event \(event.data)"
        case .signal(.connecting(let attempt)):
            "connecting \(attempt.number)" + (attempt.lastEventID == .empty ? "" : " after \(attempt.lastEventID)")
        case .signal(.opened(let response)): "opened \(response.status.code)"
        case .signal(.comment(let text)): "comment\(text)"
        case .signal(.reconnectionTime(let time)): "reconnection time \(time)"
        case .signal(.invalidData): "invalid data"
        case .signal(.unsendableLastEventID(let id)): "unsendable \(id.rawValue.debugDescription)"
        case .signal(.waiting(let delay, let end)):
            "waiting \(delay) \((end.error as? SSEClientError).map { "\($0.code)" } ?? "ended")"
        case .signal(.paused): "paused"
        case .signal(.cursorNotSaved): "cursor not saved"
        case .signal(.closed(.ended)): "closed"
        case .signal(.closed(.failed(let error))):
            "failed \((error as? SSEClientError).map { "\($0.code)" } ?? "\(type(of: error))")"
        }
    }
}
