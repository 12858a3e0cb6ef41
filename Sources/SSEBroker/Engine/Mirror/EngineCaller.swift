/// Calls an engine, and does not wait longer than it is worth.
@available(SwiftSSE 1.0, *)
struct EngineCaller: Sendable {
    let engine: any BrokerEngine
    let time: TimeSource
    /// How long an answer may take.
    let limit: Duration

    /// Asks the engine for something, which is cancelled when it takes too long.
    func callAsFunction<Value: Sendable>(
        _ body: @escaping @Sendable (any BrokerEngine) async throws(BrokerError) -> Value
    ) async -> Result<Value, BrokerError> {
        await self.time.first(within: self.limit) {
            do throws(BrokerError) {
                return Result<Value, BrokerError>.success(try await body(self.engine))
            } catch {
                return .failure(error)
            }
        } ?? .failure(.engineIsSilent)
    }
}
