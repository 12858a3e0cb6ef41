/// Who comes first goes first, one after the other.
actor Turns {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Runs something when its turn has come.
    func take(_ body: @concurrent @Sendable () async throws -> Void) async throws {
        if self.isTaken {
            await withCheckedContinuation { self.waiting.append($0) }
        } else {
            self.isTaken = true
        }
        defer {
            if self.waiting.isEmpty {
                self.isTaken = false
            } else {
                self.waiting.removeFirst().resume()
            }
        }
        try await body()
    }
}
