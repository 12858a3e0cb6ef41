// Where those begin who come: in the copy, or before it.
@available(SwiftSSE 1.0, *)
extension EngineMirror {
    /// Finds where a subscriber begins, `nil` if the engine has to be asked for that.
    func resumeAtOnce(from point: ResumePoint, policy: ResumePolicy) throws(BrokerError) -> ResumedCursor? {
        let whole = self.knownBounds.map(WholeLog.recent) ?? .unknown
        return try self.store.resume(from: point, policy: policy, in: whole)
    }

    /// Asks the engine, and finds where a subscriber begins.
    func resume(from point: ResumePoint, policy: ResumePolicy) async throws(BrokerError) -> ResumedCursor {
        // Once, unless the engine's log is replaced meanwhile.
        for _ in 0..<3 {
            var sequence: UInt64?
            if case .after(let id) = point, EventLog.mayBePublisherID(id) {
                sequence = try await self.perform { engine async throws(BrokerError) in
                    try await engine.sequence(ofPublisherID: id)
                }
            }
            let whole = WholeLog.current(try await self.currentBounds(), sequenceOfID: sequence)
            if let cursor = try self.store.resume(from: point, policy: policy, in: whole) { return cursor }
        }
        throw BrokerError(code: .engineUnavailable, message: "The engine's log is being replaced.")
    }
}
