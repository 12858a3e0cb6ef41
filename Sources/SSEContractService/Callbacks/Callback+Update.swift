internal import SSEClient

@available(SwiftSSE 1.0, *)
extension Callback {
    /// The report of an update, `nil` if the harness does not want to hear of it.
    ///
    /// - Parameters:
    ///   - update: What has happened.
    ///   - lastEventID: The last event ID after that. As in browsers it is what an event without an id reports.
    init?(_ update: SubscriptionUpdate, lastEventID: ServerSentEvent.EventID) {
        switch update {
        case .event(let event):
            let id = lastEventID == .empty ? nil : lastEventID.rawValue
            let event = CallbackEvent(type: event.type.rawValue, data: event.data, id: id)
            self.init(kind: .event, event: event)
        case .signal(.comment(let text)):
            self.init(kind: .comment, comment: text)
        case .signal(.waiting(_, let end)):
            // That the server ends a stream is no error.
            guard end.error != nil else { return nil }
            self.init(kind: .error, error: end.description)
        case .signal(.closed(.failed(let error))):
            self.init(kind: .error, error: "\(error)")
        case .signal:
            return nil
        }
    }
}
