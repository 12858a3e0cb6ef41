@available(SwiftSSE 1.0, *)
extension StreamConnection {
    /// What was waited for did not come.
    struct Late: Error {}
}
