internal import Foundation
internal import Testing

/// A case of those that Mercure's own conformance suite has for the protocol 0.x.
struct MercureCase: CustomTestStringConvertible {
    let testDescription: String
    /// The event's topics.
    let topics: [String]
    /// What the subscriber asks for.
    let selectors: [String]
    /// A topic that the subscriber gets in any case. What is published to it afterwards shows that an event before it
    /// does not come any more, for which the official suite waits.
    let next: String
    var isPrivate = false
    let isReceived: Bool

    private static func url(_ path: String) -> String { "https://example.com/\(path)/\(UUID().uuidString)" }

    /// The event reaches the subscriber.
    static var received: [MercureCase] {
        let (word, other, url) = (UUID().uuidString, UUID().uuidString, Self.url("tides"))
        return [
            MercureCase("a word", [word], [word], next: word),
            MercureCase("the second of two topics", [other, word], [word], next: word),
            MercureCase("the second of two selectors", [word], [other, word], next: word),
            MercureCase("a URL", [url], [url], next: url),
            MercureCase("a template", [url], ["https://example.com/tides/{port}"], next: Self.url("tides")),
        ]
    }

    /// The subscriber asks for something else.
    static var unmatched: [MercureCase] {
        let (word, url) = (UUID().uuidString, Self.url("tides"))
        return [
            MercureCase("another word", [UUID().uuidString], [word], next: word, isReceived: false),
            MercureCase("another URL", [Self.url("tides")], [url], next: url, isReceived: false),
            MercureCase(
                "another template",
                [Self.url("tides")],
                ["https://example.com/winds/{port}"],
                next: Self.url("winds"),
                isReceived: false
            ),
        ]
    }

    /// The event is private, and the subscriber has no token.
    static var unauthorized: [MercureCase] {
        Self.received.filter { ["a word", "a URL", "a template"].contains($0.testDescription) }.map {
            MercureCase(
                "\($0.testDescription), privately",
                $0.topics,
                $0.selectors,
                next: $0.next,
                isPrivate: true,
                isReceived: false
            )
        }
    }

    private init(
        _ description: String,
        _ topics: [String],
        _ selectors: [String],
        next: String,
        isPrivate: Bool = false,
        isReceived: Bool = true
    ) {
        self.testDescription = description
        self.topics = topics
        self.selectors = selectors
        self.next = next
        self.isPrivate = isPrivate
        self.isReceived = isReceived
    }
}
