internal import Testing

/// Each line end with each shape of stream, in pieces of each size.
@Suite(.timeLimit(.minutes(3)))
struct LineEndTests {
    @Test("A stream reads the same in one piece", arguments: LineEnd.allCases, StreamShape.all)
    @available(SwiftSSE 1.0, *)
    func whole(lineEnd: LineEnd, shape: StreamShape) async throws {
        try await Self.check(lineEnd, shape, size: nil)
    }

    @Test("A stream reads the same byte by byte", arguments: LineEnd.allCases, StreamShape.all)
    @available(SwiftSSE 1.0, *)
    func bytes(lineEnd: LineEnd, shape: StreamShape) async throws {
        try await Self.check(lineEnd, shape, size: 1)
    }

    @Test("A stream reads the same in pieces of two bytes", arguments: LineEnd.allCases, StreamShape.all)
    @available(SwiftSSE 1.0, *)
    func pairs(lineEnd: LineEnd, shape: StreamShape) async throws {
        try await Self.check(lineEnd, shape, size: 2)
    }

    @Test("A stream may mix line ends")
    @available(SwiftSSE 1.0, *)
    func mixed() async throws {
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
