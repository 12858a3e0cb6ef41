/// What happens to an application that its subscriptions should know.
enum ApplicationChange: Sendable {
    /// It is out of sight: the system may stop it at any time, and an open connection costs energy.
    case background

    /// It is in use again.
    case foreground

    /// The network is another one, or is back: what is connected over the old one may be dead without knowing it.
    case network
}

@available(SwiftSSE 1.0, *)
extension EventStreamSubscription {
    /// Pauses, resumes and reconnects as an application's life asks for, until there are no changes any more or the task
    /// is cancelled.
    func follow(_ changes: some AsyncSequence<ApplicationChange, Never>) async {
        for await change in changes {
            switch change {
            case .background: self.pause()
            case .foreground: self.resume()
            case .network: self.reconnectNow()
            }
        }
    }
}
