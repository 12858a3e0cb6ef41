/// Lets a few go at a time, in the order in which they come.
actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameter width: How many go at a time.
    init(width: Int) {
        self.free = width
    }

    /// Runs something when its turn has come.
    func take(_ body: @concurrent @Sendable () async throws -> Void) async throws {
        if self.free > 0 {
            self.free -= 1
        } else {
            await withCheckedContinuation { self.waiting.append($0) }
        }
        defer {
            if self.waiting.isEmpty {
                self.free += 1
            } else {
                self.waiting.removeFirst().resume()
            }
        }
        try await body()
    }
}
