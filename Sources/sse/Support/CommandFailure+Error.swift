import SSEClient
import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension CommandFailure {
    /// Says in one line what went wrong with a stream.
    init(describing error: any Error) {
        switch error {
        case let error as CommandFailure:
            self = error
        case let error as SSEClientError:
            self.init(error.message.printable + (error.refusal?.text.map { " It says: \($0)" } ?? ""))
        case let error as ServerSentEventsError:
            self.init(error.message)
        default:
            self.init("\(error)")
        }
    }

    /// Says in one line how a connection ended.
    init(describing end: ConnectionEnd) {
        if let error = end.error { self.init(describing: error) } else { self.init("\(end)") }
    }
}
