import SSEBroker
import Testing

struct TopicTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "", "*", "a\nb", "a\u{7F}", "a\u{85}b", "a\u{200E}", "\u{FEFF}", String(repeating: "x", count: 2049),
    ])
    func `What cannot be a topic is refused`(text: String) {
        let error = #expect(throws: BrokerError.self) { try Topic(text) }
        #expect(error?.code == .invalidTopic)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["a", "**", "https://example.com/ü?x={y}", String(repeating: "x", count: 2048)])
    func `A topic keeps its text`(text: String) throws {
        #expect(try Topic(text).rawValue == text)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Topics are compared byte by byte`() {
        let (composed, decomposed) = ("\u{FC}" as Topic, "u\u{308}" as Topic)
        #expect("\u{FC}" == "u\u{308}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Selections with the same selectors are equal`() throws {
        let template = try TopicSelector("x/{y}")
        #expect(TopicSelection("a", "b") == TopicSelection("b", "a", "b"))
        #expect(TopicSelection([.exact("a"), template]) == TopicSelection([template, .exact("a"), template]))
        #expect(TopicSelection([.exact("a"), .all]) == .all)
        #expect(TopicSelection("a") != TopicSelection([template]))
        #expect(TopicSelection([.exact("a")], grants: [template]) != TopicSelection("a"))
        #expect(TopicSelection([.all], grants: [template, .all]) == .everything)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A set matches an event with any of its topics`() throws {
        let selection = TopicSet([.exact("a"), .exact("c"), .exact("e"), try TopicSelector("x/{y}")])
        for topics in [["a"], ["b", "c"], ["d", "e"], ["f", "x/1"]] as [[Topic]] { #expect(selection.matches(topics)) }
        for topics in [["b"], ["aa"], ["x/1/2"], []] as [[Topic]] { #expect(!selection.matches(topics)) }
        #expect(TopicSet([.all]).matches(["anything"] as [Topic]))
    }
}
