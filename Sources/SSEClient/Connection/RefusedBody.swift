/// The beginning of a refused response's body, for the error.
@available(SwiftSSE 1.0, *)
struct RefusedBody {
    private static let limit = 4096

    private(set) var bytes: [UInt8] = []

    /// There is as much as is wanted, or there is no more.
    private(set) var isComplete = false

    /// - Returns: Whether there may be more to read.
    mutating func readMore(_ exchange: any EventStreamExchange) async -> Bool {
        guard !self.isComplete else { return false }
        // What has come is good enough; that the rest is cut does not matter any more.
        let goesOn = try? await exchange.read {
            self.bytes.append(contentsOf: $0.prefix(Self.limit - self.bytes.count))
        }
        self.isComplete = goesOn != true || self.bytes.count >= Self.limit
        return !self.isComplete
    }
}
