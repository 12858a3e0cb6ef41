import NIOCore

/// What a measurement of a fan-out does.
struct FanOutPlan: Sendable {
    let subscribers: Int
    let messages: Int
    /// The bytes of a message's data.
    let size: Int
    /// Messages a second, all publishers together; `nil` for one after the answer to the one before.
    let rate: Double?
    let publishers: Int
    /// The threads that the connections are spread over.
    let loops: Int
    /// How long nothing may happen before it is over.
    let timeout: Duration

    var expectedDeliveries: Int { self.subscribers * self.messages }

    /// How many messages a publisher has to publish.
    func messages(of publisher: Int) -> Int {
        self.messages / self.publishers + (publisher < self.messages % self.publishers ? 1 : 0)
    }

    /// How many subscribers a loop has.
    func subscribers(of loop: Int) -> Int {
        self.subscribers / self.loops + (loop < self.subscribers % self.loops ? 1 : 0)
    }
}
