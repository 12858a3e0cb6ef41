import MetricsTestKit
import Testing

@testable import SSEBroker

/// How many URI templates the subscriptions of a broker may have, since each of them is compared with each topic.
struct TemplateLimitTests {
    @available(SwiftSSE 1.0, *)
    private static func selection(_ numbers: ClosedRange<Int>, grants: [TopicSelector] = []) throws -> TopicSelection {
        let selectors = try numbers.map { try TopicSelector("https://example.com/\($0)/{+rest}") }
        return TopicSelection(selectors, grants: grants)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Templates are counted over all subscriptions, and given back`() throws {
        var configuration = BrokerConfiguration.defaults
        configuration.limits.templates = 250
        let metrics = TestMetrics()
        let broker = Broker(configuration: configuration, metrics: metrics)
        var admitted: [TopicSelection] = []
        // Subscribers with as many templates each as one may have.
        for start in 0..<100 {
            let selection = try Self.selection(start * 100...start * 100 + 99)
            do throws(BrokerError) {
                _ = try broker.admitAtOnce(selection, from: .latest)
                admitted.append(selection)
            } catch {
                #expect(error.code == .tooManyTemplates)
                #expect(error.message == "The subscriptions have as many URI templates as are accepted, 250.")
            }
        }
        try #require(admitted.count == 2 && broker.subscriptionCount == 2)
        #expect(broker.subscriptions.templateCount == 200)
        let refused = try metrics.expectCounter(
            "sse_broker_subscriptions_refused_total",
            [("reason", "tooManyTemplates")]
        )
        #expect(refused.totalValue == 98)
        // Who wants the same, or has no templates, costs nothing more.
        for _ in 0..<1000 { _ = try broker.admitAtOnce(admitted[0], from: .latest) }
        _ = try broker.admitAtOnce("a", from: .latest)
        _ = try broker.admitAtOnce(TopicSelection([.all]), from: .latest)
        #expect(broker.subscriptions.templateCount == 200)
        // Other grants make it another selection.
        let other = try Self.selection(0...49, grants: [.all])
        _ = try broker.admitAtOnce(other, from: .latest)
        #expect(broker.subscriptions.templateCount == 250)

        for selection in [other, "a", TopicSelection([.all]), admitted[1]] { broker.release(selection) }
        #expect(broker.subscriptions.templateCount == 100)
        for _ in 0..<1001 { broker.release(admitted[0]) }
        #expect(broker.subscriptions.templateCount == 0 && broker.subscriptionCount == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A template with several variables counts for each`() throws {
        var configuration = BrokerConfiguration.defaults
        configuration.limits.templates = 20
        let broker = Broker(configuration: configuration)
        let expensive = TopicSelection([try TopicSelector("{a}/{b}/{+c}{d,e,f}{g}{h}{i}{j}{k}{l}{m}{n}{o}{p}")])
        _ = try broker.admitAtOnce(expensive, from: .latest)
        #expect(broker.subscriptions.templateCount == 16)
        _ = try broker.admitAtOnce(Self.selection(1...4), from: .latest)
        #expect(throws: BrokerError.self) { try broker.admitAtOnce(Self.selection(5...5), from: .latest) }
        broker.release(expensive)
        _ = try broker.admitAtOnce(Self.selection(5...20), from: .latest)
        #expect(broker.subscriptions.templateCount == 20)
    }

    /// Templates for places next to each other, as many as there may be, and a topic that none of them fits.
    @available(SwiftSSE 1.0, *)
    @Test func `A template that begins otherwise costs no more than its beginning`() throws {
        let beginning = "https://example.com/"
        let text = CountedBytes(bytes: Array((beginning + "x" + String(repeating: "/y", count: 500)).utf8))
        let count = 1000
        for number in 0..<count {
            let machine = try URITemplateMachine("\(beginning)\(number)/{a}/{+b}/{c}")
            #expect(!machine.matches(text))
        }
        #expect(text.reads.count <= count * (beginning.utf8.count + 1))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who is refused for another reason gives templates back`() throws {
        var configuration = BrokerConfiguration.defaults
        configuration.resumePolicy = .refuse
        let broker = Broker(configuration: configuration)
        #expect(throws: BrokerError.self) {
            try broker.admitAtOnce(Self.selection(1...10), from: .after(id: "nobody's"))
        }
        #expect(broker.subscriptions.templateCount == 0)
        #expect(configuration.limits.templates == 50_000)
    }

    // MARK: Long selectors

    @available(SwiftSSE 1.0, *)
    private static func names(_ number: Int) throws -> TopicSelection {
        try TopicSelection(
            (0..<10).map { try TopicSelector("\(number)/\($0)/" + String(repeating: "x", count: 1000)) },
            grants: []
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Long selectors are counted over all subscriptions, once if they are the same, and given back`() throws {
        var configuration = BrokerConfiguration.defaults
        configuration.limits.selectorBytes = 3 * 10 * (1000 + 4 + 360)
        let broker = Broker(configuration: configuration)
        for number in 0..<3 { _ = try broker.admitAtOnce(Self.names(number), from: .latest) }
        for _ in 0..<100 { _ = try broker.admitAtOnce(Self.names(1), from: .latest) }
        let one = try Self.names(3)
        let error = #expect(throws: BrokerError.self) { try broker.admitAtOnce(one, from: .latest) }
        #expect(error?.code == .tooManySelectors)
        // What is short is bounded by its number.
        for number in 0..<1000 { _ = try broker.admitAtOnce(TopicSelection(stringLiteral: "\(number)"), from: .latest) }
        try broker.release(Self.names(0))
        _ = try broker.admitAtOnce(Self.names(3), from: .latest)
        for _ in 0..<101 { try broker.release(Self.names(1)) }
        _ = try broker.admitAtOnce(Self.names(4), from: .latest)
        #expect(BrokerLimits.defaults.selectorBytes == 64 * 1024 * 1024)
    }
}
