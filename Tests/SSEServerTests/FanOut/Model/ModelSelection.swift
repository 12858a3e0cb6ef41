internal import SSETestSupport

/// What a client of the model wants, told apart by the plainest means.
struct ModelSelection: Sendable, Equatable {
    /// Topics, `*`, and templates of the forms `start{name}` and `start{+name}`.
    let selectors: [String]

    static let all = ModelSelection(selectors: ["*"])

    static let topics = ["a", "b", "c", "rooms/1", "rooms/2", "deep/1", "deep/rooms/1"]

    private static let choices = [
        ["*"], ["a"], ["b"], ["a", "b"], ["c", "rooms/2"], ["rooms/{name}"], ["deep/{+path}"], ["deep/{name}"],
        ["a", "rooms/{name}"], ["rooms/1", "rooms/{name}"], ["a", "b", "c", "*"],
    ]

    static func random(using generator: inout SeededGenerator) -> ModelSelection {
        ModelSelection(selectors: Self.choices.randomElement(using: &generator) ?? ["*"])
    }

    /// Whether it names its topics, each of them.
    var isExact: Bool { !self.selectors.contains { $0 == "*" || $0.contains("{") } }

    func wants(_ event: ModelEvent) -> Bool {
        event.topics.contains { topic in self.selectors.contains { Self.matches($0, topic) } }
    }

    private static func matches(_ selector: String, _ topic: String) -> Bool {
        guard let brace = selector.firstIndex(of: "{") else { return selector == "*" || selector == topic }
        let start = selector[..<brace]
        guard topic.hasPrefix(start) else { return false }
        return selector.contains("{+") || !topic.dropFirst(start.count).contains("/")
    }
}
