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
            self.init(error.message + (error.refusal?.bodyStart.map { " It says: \($0)" } ?? ""))
        case let error as ServerSentEventsError:
            self.init(error.message)
        default:
            self.init("\(error)")
        }
    }
}

@available(SwiftSSE 1.0, *)
extension SSEClientError.Refusal {
    /// The first line of the body, shortened, if it is text.
    fileprivate var bodyStart: String? {
        let text = String(decoding: self.body.prefix(200), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init)
        return line.flatMap { $0.isEmpty ? nil : $0.printable }
    }
}
