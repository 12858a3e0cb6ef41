import Testing

@testable import SSEHub

/// Who came and went, until somebody is told.
struct SubscriptionChangesTests {
    private func subscriptions(_ subscriber: String, _ selectors: String...) -> [ActiveSubscription] {
        selectors.map { ActiveSubscription(selector: $0, subscriber: subscriber, payload: nil) }
    }

    /// A change as a text such as `+s:a`.
    private func text(_ change: SubscriptionChanges.Change) -> String {
        "\(change.isActive ? "+" : "-")\(change.subscription.subscriber):\(change.subscription.selector)"
    }

    @Test func `Changes come out in their order, as many at a time as are asked for`() {
        var changes = SubscriptionChanges()
        changes.insert("1", self.subscriptions("1", "a", "b", "c"), isActive: true)
        changes.insert("2", self.subscriptions("2", "d"), isActive: true)
        #expect(changes.next(atMost: 2).map(self.text) == ["+1:a", "+1:b"])
        // Which has begun to be told of.
        changes.insert("1", self.subscriptions("1", "a", "b", "c"), isActive: false)
        #expect(changes.next(atMost: 10).map(self.text) == ["+1:c", "+2:d"])
        #expect(changes.next(atMost: 10).map(self.text) == ["-1:a", "-1:b", "-1:c"])
        #expect(changes.isEmpty && changes.next(atMost: 10).isEmpty)
    }

    @Test func `Who came and went is nothing to be told`() {
        var changes = SubscriptionChanges()
        for number in 0..<100_000 {
            changes.insert("\(number)", self.subscriptions("\(number)", "a"), isActive: true)
            if number > 0 { changes.insert("\(number)", self.subscriptions("\(number)", "a"), isActive: false) }
        }
        #expect(changes.count == 1)
        #expect(changes.takeDroppedCount() == 0)
        #expect(changes.next(atMost: 10).map(self.text) == ["+0:a"])
        changes.insert("0", self.subscriptions("0", "a"), isActive: false)
        #expect(changes.next(atMost: 10).map(self.text) == ["-0:a"])
    }

    @Test func `Those who leave in any order leave nothing behind`() {
        var changes = SubscriptionChanges()
        let names = (0..<1000).map(String.init)
        for name in names { changes.insert(name, self.subscriptions(name, "a", "b"), isActive: true) }
        for name in names.shuffled() { changes.insert(name, self.subscriptions(name, "a", "b"), isActive: false) }
        #expect(changes.isEmpty && changes.next(atMost: 10).isEmpty)
    }

    @Test func `The oldest are dropped, and counted, when there are too many`() {
        var changes = SubscriptionChanges(maximumCount: 3)
        changes.insert("1", self.subscriptions("1", "a", "b"), isActive: true)
        changes.insert("2", self.subscriptions("2", "c", "d"), isActive: true)
        changes.insert("3", self.subscriptions("3", "e"), isActive: true)
        #expect(changes.takeDroppedCount() == 2 && changes.takeDroppedCount() == 0)
        #expect(changes.next(atMost: 10).map(self.text) == ["+2:c", "+2:d", "+3:e"])
        // Who was never told of may be told to have left.
        changes.insert("1", self.subscriptions("1", "a", "b"), isActive: false)
        #expect(changes.next(atMost: 10).map(self.text) == ["-1:a", "-1:b"])
    }

    @Test func `Long ones are fewer`() {
        var changes = SubscriptionChanges(maximumBytes: 100_000)
        let long = String(repeating: "a", count: 2000)
        for number in 0..<1000 { changes.insert("\(number)", self.subscriptions("\(number)", long), isActive: true) }
        #expect((10..<30).contains(changes.count))
        #expect(changes.takeDroppedCount() == 1000 - changes.count)
    }
}
