import SSEBroker

@available(SwiftSSE 1.0, *)
extension BrokerSubscription {
    /// The data of the first items, with gaps spelled out.
    func data(count: Int) async throws -> [String] {
        var data: [String] = []
        for try await item in self {
            switch item {
            case .event(let record): data.append(record.event.data)
            case .gap(let reason): data.append("gap \(reason.rawValue)")
            }
            if data.count == count { break }
        }
        return data
    }
}
