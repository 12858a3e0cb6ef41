internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents

/// Publishes random events.
@available(SwiftSSE 1.0, *)
struct ModelPublisher: Sendable {
    let name: String
    let broker: Broker
    let log: ModelLog
    var generator: SeededGenerator
    private var count = 0

    init(name: String, _ broker: Broker, _ log: ModelLog, seed: UInt64) {
        self.name = name
        self.broker = broker
        self.log = log
        self.generator = SeededGenerator(seed: seed)
    }

    /// Publishes some events, in bursts.
    mutating func publish(_ count: Int) async throws {
        var left = count
        while left > 0 {
            let burst = min(left, Int.random(in: 1...20, using: &self.generator))
            left -= burst
            for _ in 0..<burst { try await self.publishOne() }
            // Lets the server get to what has come, so that not all is one round. Nothing is waited for.
            try await Task.sleep(for: .microseconds(Int.random(in: 0...2000, using: &self.generator)))
        }
    }

    private mutating func publishOne() async throws {
        self.count += 1
        var event = ServerSentEvent(data: self.data())
        if Int.random(in: 0..<4, using: &self.generator) == 0 {
            event.id = try ServerSentEvent.EventID("\(self.name)-\(self.count)")
        }
        if Bool.random(using: &self.generator) { event.type = try ServerSentEvent.EventType("type-\(self.name)") }
        let topicCount = [1, 1, 1, 2, 3].randomElement(using: &self.generator) ?? 1
        let topics = ModelSelection.topics.shuffled(using: &self.generator).prefix(topicCount)
        var publication = Publication(event, topics: try topics.map { try Topic($0) })
        let isRepeated = Int.random(in: 0..<10, using: &self.generator) == 0
        if isRepeated { publication.idempotencyKey = "\(self.name)-\(self.count)" }
        let receipt = try await self.broker.publish(publication)
        self.log.append(publication, receipt)
        if isRepeated {
            let second = try await self.broker.publish(publication)
            guard second.isDuplicate, second.position == receipt.position else {
                throw ModelMismatch("The key of \(receipt.id) was used again and led to \(second).")
            }
        }
    }

    private mutating func data() -> String {
        let word = "\(self.name)-\(self.count) "
        let byteCount =
            switch Int.random(in: 0..<20, using: &self.generator) {
            case 0, 1: 0
            case 2..<14: Int.random(in: 1...200, using: &self.generator)
            case 14..<19: Int.random(in: 1000...8000, using: &self.generator)
            default: Int.random(in: 20_000...40_000, using: &self.generator)
            }
        guard byteCount > 0 else { return "" }
        let text = String(repeating: word, count: byteCount / word.utf8.count + 1)
        return Int.random(in: 0..<5, using: &self.generator) == 0 ? "first\n\(text)\nlast" : text
    }
}
