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
        await withTaskGroup(of: Result<Value, BrokerError>.self) { group in
            group.addTask {
                do throws(BrokerError) {
                    return .success(try await body(self.engine))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await self.time.sleep(for: self.limit)
                return .failure(.engineIsSilent)
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(.engineIsSilent)
        }
    }
}
