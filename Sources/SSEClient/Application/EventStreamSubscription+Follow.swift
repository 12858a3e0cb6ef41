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
