internal import Testing

/// A byte order mark is dropped at the beginning of a stream, and nowhere else.
@Suite(.timeLimit(.minutes(15)))
struct ByteOrderMarkTests {
    private static let marked = Array("\u{FEFF}data: 1\n\ndata: 2\n\n".utf8)

    @Test(arguments: 0...4)
    @available(SwiftSSE 1.0, *)
    func `At the beginning it is dropped, wherever the stream is cut`(at index: Int) async throws {
        let pieces = [Array(Self.marked.prefix(index)), Array(Self.marked.dropFirst(index))].filter { !$0.isEmpty }
        try await withHarness(streaming(pieces: pieces)) { harness in
            try await harness.expect([.event("1"), .event("2")])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Byte by byte it is dropped as well`() async throws {
        try await withHarness(streaming(Self.marked, by: 1)) { harness in
            try await harness.expect([.event("1"), .event("2")])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `It is dropped from each stream anew`() async throws {
        try await withHarness(inTurn(ended("\u{FEFF}data: 1\n\n"), streaming("\u{FEFF}data: 2\n\n"))) { harness in
            try await harness.expect([.event("1"), .event("2")])
        }
    }

    @Test(
        arguments: [
            ("\u{FEFF}\u{FEFF}data: 1\n\ndata: 2\n\n", Report.event("2")),
            ("data: \u{FEFF}1\n\n", .event("\u{FEFF}1")),
            ("\n\u{FEFF}data: 1\n\ndata: 2\n\n", .event("2")),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Elsewhere it is text`(text: String, report: Report) async throws {
        try await withHarness(streaming(text)) { harness in
            try await harness.expect([report])
        }
    }
}
