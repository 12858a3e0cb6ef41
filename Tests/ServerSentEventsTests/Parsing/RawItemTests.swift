internal import ServerSentEvents
internal import Testing

/// What `parseLazily` hands out: the sender's bytes, where they lie.
struct RawItemTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `An event in one chunk is ranges of that chunk`() throws {
        var parser = EventStreamParser(configuration: .init(reportsComments: true))
        let chunk = Array(":c\nevent: t\nid: 1\nretry: 5\ndata: some data\n\nid: 2\ndata: more\n\n".utf8)
        var count = 0
        try chunk.withUnsafeBufferPointer { chunk in
            func expectInChunk(_ bytes: UnsafeBufferPointer<UInt8>?, _ text: String) throws {
                let bytes = try #require(bytes)
                let range = try #require(Self.range(of: bytes, in: chunk))
                #expect(ByteText(chunk[range]) == ByteText(text))
            }
            var found: [Result<Void, any Error>] = []
            try parser.parseLazily(chunk) { item in
                count += 1
                found.append(
                    Result {
                        switch item {
                        case .comment(let text): try expectInChunk(text, "c")
                        case .event(let event) where event.retry != nil:
                            try expectInChunk(event.type, "t")
                            try expectInChunk(event.id, "1")
                            try expectInChunk(event.data, "some data")
                        case .event(let event):
                            #expect(event.type.isEmpty)
                            try expectInChunk(event.id, "2")
                            try expectInChunk(event.data, "more")
                        case .retry(let time): #expect(time == .milliseconds(5))
                        case .lastEventID: Issue.record("no block is without data")
                        }
                    }
                )
            }
            for result in found { try result.get() }
        }
        #expect(count == 4)
    }

    private static func range(
        of bytes: UnsafeBufferPointer<UInt8>,
        in chunk: UnsafeBufferPointer<UInt8>
    ) -> Range<Int>? {
        guard let start = bytes.baseAddress, let chunkStart = chunk.baseAddress else { return nil }
        let offset = start - chunkStart
        guard offset >= 0, offset + bytes.count <= chunk.count else { return nil }
        return offset..<offset + bytes.count
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Bytes are as the sender wrote them`() throws {
        let stream =
            Array("event: ".utf8) + [0xC0, 0x80] + Array("\nid: ".utf8) + [0xFF] + Array("\ndata: ".utf8)
            + [0xED, 0xA0, 0x80] + Array("\ndata: ?\n\n".utf8)
        for chunks in stream.allCuts {
            var parser = EventStreamParser(configuration: .init(dataEncoding: .base64))
            var count = 0
            for chunk in chunks {
                try chunk.withUnsafeBufferPointer { chunk in
                    try parser.parseLazily(chunk) { item in
                        guard case .event(let event) = item else { return }
                        count += 1
                        #expect(Array(event.type) == [0xC0, 0x80])
                        #expect(event.id.map(Array.init) == [0xFF])
                        #expect(Array(event.data) == [0xED, 0xA0, 0x80, 0x0A, 0x3F])
                    }
                }
            }
            #expect(count == 1)
            #expect(parser.lastEventID.rawValue == "\u{FFFD}")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event made of a raw one reads its data as it is told to`() throws {
        var parser = EventStreamParser()
        var results: [Result<ServerSentEvent, ServerSentEventsError>] = []
        try Array("event: t\nid:\nretry: 1\ndata: QUI=\n\ndata: é\n\n".utf8).withUnsafeBufferPointer { chunk in
            try parser.parseLazily(chunk) { item in
                guard case .event(let event) = item else { return }
                results.append(Result { () throws(ServerSentEventsError) in try event.makeEvent() })
                results.append(
                    Result { () throws(ServerSentEventsError) in try event.makeEvent(dataEncoding: .base64) }
                )
            }
        }
        #expect(results.count == 4)
        let retry = ServerSentEvent.ReconnectionTime.milliseconds(1)
        #expect(try results[0].get() == ServerSentEvent(type: "t", data: "QUI=", id: "", retry: retry))
        #expect(try results[1].get() == ServerSentEvent(type: "t", data: "AB", id: "", retry: retry))
        #expect(try results[2].get() == ServerSentEvent(data: "é"))
        let error = #expect(throws: ServerSentEventsError.self) { try results[3].get() }
        #expect(error?.code == .invalidBase64)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A block without data hands out its id`() throws {
        let stream = Array("id: ".utf8) + [0x31, 0xFF] + Array("\n\n".utf8)
        for chunks in stream.allCuts {
            var parser = EventStreamParser()
            var ids: [[UInt8]] = []
            for chunk in chunks {
                try chunk.withUnsafeBufferPointer { chunk in
                    try parser.parseLazily(chunk) { item in
                        if case .lastEventID(let id) = item { ids.append(Array(id)) }
                    }
                }
            }
            #expect(ids == [[0x31, 0xFF]])
        }
    }
}
