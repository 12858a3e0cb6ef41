internal import SSEServer
internal import ServerSentEvents
internal import Testing

/// What a client sends as the last event ID.
struct LastEventIDTests {
    @Test(
        arguments: [
            ([], ""),
            (Array("42".utf8), "42"),
            ([0xe2, 0x80, 0xa6], "…"),
            ([0x61, 0xff, 0x62], "a\u{fffd}b"),
            ([0xef, 0xbb, 0xbf, 0x61], "\u{feff}a"),
        ] as [([UInt8], String)]
    )
    @available(SwiftSSE 1.0, *)
    func `The bytes are read as UTF-8`(bytes: [UInt8], id: String) throws {
        #expect(try LastEventID.parse(bytes).rawValue.unicodeScalars.elementsEqual(id.unicodeScalars))
    }

    @Test(arguments: [0x00, 0x0a, 0x0d] as [UInt8])
    @available(SwiftSSE 1.0, *)
    func `What no id can hold is refused, with the cause`(byte: UInt8) async throws {
        let error = try #require(throws: SSEServerError.self) { try LastEventID.parse([0x61, byte]) }
        #expect(error.code == .invalidLastEventID)
        #expect((error.cause as? ServerSentEventsError)?.code == .invalidEventID)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The length is capped, in bytes`() throws {
        #expect(LastEventID.defaultMaximumByteCount == 1024)
        let longest = [UInt8](repeating: 0x61, count: 1024)
        #expect(try LastEventID.parse(longest).rawValue.utf8.count == 1024)
        let error = try #require(throws: SSEServerError.self) { try LastEventID.parse(longest + [0x61]) }
        #expect(error.code == .invalidLastEventID)
        #expect(try LastEventID.parse("…".utf8, maximumByteCount: 3).rawValue == "…")
        #expect(throws: SSEServerError.self) { try LastEventID.parse("…".utf8, maximumByteCount: 2) }
    }
}
