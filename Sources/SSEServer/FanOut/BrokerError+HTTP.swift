package import SSEBroker

@available(SwiftSSE 1.0, *)
extension BrokerError {
    /// The status by which HTTP says the same.
    package var httpStatusCode: Int {
        switch self.code {
        case .eventTooLarge, .tooManyTopics: 413
        case .resumeRefused: 412
        case .closed, .engineFailed, .engineUnavailable, .tooManySubscriptions, .tooManyTemplates: 503
        case .storageFull: 507
        default: 400
        }
    }
}
