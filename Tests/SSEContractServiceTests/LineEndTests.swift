internal import Testing

/// Each line end with each shape of stream, in pieces of each size.
@Suite(.timeLimit(.minutes(3)))
struct LineEndTests {
    @Test(arguments: LineEnd.allCases, StreamShape.all)
    @available(SwiftSSE 1.0, *)
    func `A stream reads the same in one piece`(lineEnd: LineEnd, shape: StreamShape) async throws {
        try await Self.check(lineEnd, shape, size: nil)
    }

    @Test(arguments: LineEnd.allCases, StreamShape.all)
    @available(SwiftSSE 1.0, *)
    func `A stream reads the same byte by byte`(lineEnd: LineEnd, shape: StreamShape) async throws {
        try await Self.check(lineEnd, shape, size: 1)
    }

    @Test(arguments: LineEnd.allCases, StreamShape.all)
    @available(SwiftSSE 1.0, *)
    func `A stream reads the same in pieces of two bytes`(lineEnd: LineEnd, shape: StreamShape) async throws {
        try await Self.check(lineEnd, shape, size: 2)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream may mix line ends`() async throws {
        try await withHarness(streaming("data: 1\r\ndata: 2\ndata: 3\r\r\ndata: 4\n\r")) { harness in
            try await harness.expect([.event("1\n2\n3"), .event("4")])
        }
    }

    /// The stream stays open, so that all is reported although nothing follows.
    @available(SwiftSSE 1.0, *)
    private static func check(_ lineEnd: LineEnd, _ shape: StreamShape, size: Int?) async throws {
        try await withHarness(streaming(lineEnd.applied(to: shape.text), by: size)) { harness in
            try await harness.expect(shape.reports)
        }
    }
}
