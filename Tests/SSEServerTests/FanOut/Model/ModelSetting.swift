internal import SSEBroker
internal import SSETestSupport
@testable internal import SSEServer

/// How the server of a run is set up.
@available(SwiftSSE 1.0, *)
struct ModelSetting: Sendable {
    /// Whether so little is kept that who stalls misses events.
    let isTight: Bool
    var broker = BrokerConfiguration()
    var fanOut = FanOutConfiguration()
    let publisherCount: Int
    let clientCount: Int

    /// As everything is by default.
    static let plain = ModelSetting()

    private init() {
        self.isTight = false
        self.publisherCount = 1
        self.clientCount = 1
    }

    init(using generator: inout SeededGenerator, isTight: Bool? = nil) {
        let chance = Bool.random(using: &generator)
        self.isTight = isTight ?? chance
        self.publisherCount = Int.random(in: 1...3, using: &generator)
        self.clientCount = Int.random(in: 8...14, using: &generator)
        if self.isTight {
            self.broker.retention = Retention(
                events: Int.random(in: 40...120, using: &generator),
                bytes: 300_000,
                age: nil
            )
        }
        self.broker.resumePolicy = ResumePolicy.allCases.randomElement(using: &generator) ?? .startLive
        if Int.random(in: 0..<4, using: &generator) == 0 { self.broker.overrunPolicy = .end }
        self.fanOut.sliceLength = [1, 3, 8, 256].randomElement(using: &generator) ?? 256
        self.fanOut.heartbeatInterval = .seconds(1)
        // Longer than any run, so that nobody is cut off for having stalled.
        self.fanOut.writeTimeout = .seconds(60)
        if Int.random(in: 0..<4, using: &generator) == 0 { self.fanOut.maximumLifetime = .seconds(1) }
    }

    /// Whether the server may end streams in order while it runs.
    var endsStreams: Bool {
        self.fanOut.maximumLifetime != nil || self.isTight && self.broker.overrunPolicy == .end
    }
}
