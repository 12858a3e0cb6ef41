internal import ServerSentEvents
internal import Testing

/// Memory: a peer makes the receiver hold as much as it likes.
extension FieldDefectsTests {
    @Test(arguments: ["data: ", "id: ", ":", "unknown", "retry: "])
    @available(SwiftSSE 1.0, *)
    func `An endless line ends in an error`(_ beginning: String) throws {
        try Self.expectBounded(beginning: beginning, piece: "1", code: .lineTooLong)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Endless data lines end in an error`() throws {
        try Self.expectBounded(beginning: "", piece: "data: some text\n", code: .eventTooLarge)
    }

    @Test(arguments: ["data\n", "data:\n", "data\r", "data: \r\n"])
    @available(SwiftSSE 1.0, *)
    func `Empty data lines do not count as zero bytes`(_ line: String) throws {
        try Self.expectBounded(beginning: "", piece: line, code: .eventTooLarge)
    }

    /// Sends a hundred times more than the limits allow, in small chunks.
    @available(SwiftSSE 1.0, *)
    private static func expectBounded(beginning: String, piece: String, code: ServerSentEventsError.Code) throws {
        let limits = EventStreamLimits(lineBytes: 10_000, eventBytes: 20_000)
        var parser = EventStreamParser(configuration: .init(limits: limits))
        let chunk = Array(String(repeating: piece, count: 100).utf8)
        var byteCount = 0
        var most = 0
        let error = #expect(throws: ServerSentEventsError.self) {
            _ = try parser.parse(beginning.utf8)
            while byteCount < 100 * limits.eventBytes {
                #expect(try parser.parse(chunk) == [])
                byteCount += chunk.count
                most = max(most, parser.retainedByteCount)
            }
        }
        #expect(error?.code == code)
        // The LF of a CRLF is not counted, so a little more than the limit may come.
        #expect(byteCount <= 2 * limits.eventBytes)
        // A growing buffer may have twice the size that it needs.
        #expect(most <= 2 * (limits.eventBytes + chunk.count))
    }
}
