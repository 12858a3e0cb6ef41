internal import Testing

/// What events and comments are made of, as far as the harness looks.
@Suite(.timeLimit(.minutes(3)))
struct ParsingTests {
    @Test(arguments: [(":\n", ""), (":a\n", "a"), (": a \n", " a "), ("::\n", ":"), (":data: 1\n\n", "data: 1")])
    @available(SwiftSSE 1.0, *)
    func `The text of a comment is all that stands after the colon`(text: String, comment: String) async throws {
        try await withHarness(streaming(text)) { harness in
            try await harness.expect([.comment(comment)])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A comment between the lines of an event comes before the event`() async throws {
        try await withHarness(streaming("data: 1\n:c\ndata: 2\n\n")) { harness in
            try await harness.expect([.comment("c"), .event("1\n2")])
        }
    }

    @Test(
        arguments: [
            ("data:1\n\n", Report.event("1")),
            ("data:  1\n\n", .event(" 1")),
            ("data\n\n", .event("")),
            ("data: a: b\n\n", .event("a: b")),
            ("Data: 0\nother: 0\n data: 0\ndata: 1\n\n", .event("1")),
            ("event: a\n\ndata: 1\n\n", .event("1")),
            ("event: a\nevent: b\ndata: 1\n\n", .event("1", type: "b")),
            ("id: a\0b\ndata: 1\n\n", .event("1")),
            ("retry: 5\ndata: 1\n\n", .event("1")),
            ("data: \u{E9}\u{4E2D}\u{1F600}\u{2028}\u{85}\n\n", .event("\u{E9}\u{4E2D}\u{1F600}\u{2028}\u{85}")),
            ("data: a\rdata: b\n\r\n", .event("a\nb")),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Fields are read as the standard says`(text: String, report: Report) async throws {
        try await withHarness(streaming(text)) { harness in
            try await harness.expect([report])
        }
    }

    @Test(arguments: [(1, 7_000_000), (1, 14_000_000), (200, 10_000)])
    @available(SwiftSSE 1.0, *)
    func `A large event arrives as it is`(lines: Int, length: Int) async throws {
        let line = String(repeating: "0123456789", count: length / 10)
        let text = String(repeating: "data: \(line)\n", count: lines) + "\n"
        try await withHarness(streaming(text)) { harness in
            let data = try await harness.report().event?.data
            // Not the texts themselves, which nobody wants to see.
            let isEqual = data == Array(repeating: line, count: lines).joined(separator: "\n")
            #expect(isEqual)
        }
    }
}
