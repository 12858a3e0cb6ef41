internal import Testing

/// A stream with line ends to be filled in, and what a client is to see in it.
struct StreamShape: Sendable, CustomTestStringConvertible {
    let name: String
    /// The stream with LF.
    let text: String
    let reports: [Report]

    var testDescription: String { self.name }

    static let all = [
        StreamShape(name: "one event", text: "data: hello\n\n", reports: [.event("hello")]),
        StreamShape(name: "two events", text: "data: 1\n\ndata: 2\n\n", reports: [.event("1"), .event("2")]),
        StreamShape(name: "lines of data", text: "data: a\ndata:\ndata:  b\n\n", reports: [.event("a\n\n b")]),
        StreamShape(
            name: "a comment",
            text: ":c\ndata: 1\n\n:d\n",
            reports: [.comment("c"), .event("1"), .comment("d")]
        ),
        StreamShape(
            name: "ids",
            text: "id: x\ndata: 1\n\ndata: 2\nid: y\n\n",
            reports: [.event("1", id: "x"), .event("2", id: "y")]
        ),
        StreamShape(
            name: "event types",
            text: "event: greeting\ndata: 1\n\ndata: 2\nevent: parting\n\n",
            reports: [.event("1", type: "greeting"), .event("2", type: "parting")]
        ),
    ]
}
