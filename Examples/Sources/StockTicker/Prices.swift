import SSEHummingbird

/// The price of a share as a random walk, one step after the other at fixed times.
///
/// The walk of a symbol is always the same, so a subscriber who comes back can be given the steps it has missed.
struct Prices: AsyncSequence, Sendable {
    typealias Element = ServerSentEvent

    /// The name of the share.
    let symbol: String

    /// When the walk began.
    let start: ContinuousClock.Instant

    /// The time between two steps.
    let interval: Duration

    /// The number of the last step that the subscriber has seen, `nil` to begin with the current one.
    let lastStep: Int?

    func makeAsyncIterator() -> Iterator {
        let current = Int((ContinuousClock.now - self.start) / self.interval)
        return Iterator(prices: self, from: (self.lastStep ?? current) + 1)
    }

    struct Iterator: AsyncIteratorProtocol {
        private let prices: Prices
        private var walk: RandomWalk

        init(prices: Prices, from step: Int) {
            self.prices = prices
            self.walk = RandomWalk(seed: prices.symbol.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
            while self.walk.step < step - 1 { self.walk.advance() }
        }

        mutating func next() async throws -> ServerSentEvent? {
            self.walk.advance()
            // Returns at once for a step that is in the past.
            try await Task.sleep(until: self.prices.start + self.prices.interval * self.walk.step, clock: .continuous)
            let price = "\(self.walk.cents / 100).\(self.walk.cents % 100 / 10)\(self.walk.cents % 10)"
            return ServerSentEvent(
                type: "price",
                data: #"{"symbol":"\#(self.prices.symbol)","price":\#(price)}"#,
                id: try ServerSentEvent.EventID(String(self.walk.step))
            )
        }
    }
}

/// A number that goes up or down by a little, never below one.
private struct RandomWalk {
    private(set) var step = 0
    private(set) var cents = 10_000
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func advance() {
        self.step += 1
        self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        self.cents = max(1, self.cents + Int(self.state >> 33) % 101 - 50)
    }
}
