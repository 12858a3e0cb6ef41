internal import SSEClient
internal import SSETestSupport
internal import Testing

/// Nothing waits for what comes after it.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct PromptnessTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `The closure begins with the head, before any event`() async throws {
        let isOpen = Log<Void>()
        try await withTestServer { connection, _ in
            try await connection.beginStream()
            await isOpen.next()
            try await connection.sendChunk("data: 1\n\n")
            try await connection.endChunks()
        } _: { server in
            try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { response, events in
                #expect(response.status == .ok)
                #expect(response.url == server.url)
                isOpen.append(())
                let data = try await events.collected().map(\.data)
                #expect(data == ["1"])
            }
        }
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    @available(SwiftSSE 1.0, *)
    func `An event comes before the next one is sent, whatever ends its lines`(lineEnd: String) async throws {
        let hasEvent = Log<Void>()
        try await withTestServer { connection, _ in
            try await connection.beginStream()
            for number in 0..<50 {
                try await connection.sendChunk("data: \(number)\(lineEnd)\(lineEnd)")
                await hasEvent.next()
            }
            try await connection.endChunks()
        } _: { server in
            var numbers: [String] = []
            try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                for try await event in events {
                    numbers.append(event.data)
                    hasEvent.append(())
                }
            }
            #expect(numbers == (0..<50).map(String.init))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream that comes byte by byte is read`() async throws {
        try await withTestServer { connection, _ in
            let bytes = Array((Head.untilClose + "\u{FEFF}id: \u{2026}\r\ndata: \u{1F600}\r\n\r\n").utf8)
            for byte in bytes { try await connection.send([byte]) }
        } _: { server in
            let events = try await EventStreamClient.test.events(of: server.url)
            #expect(events.map(\.data) == ["\u{1F600}"])
            #expect(events.map(\.id?.rawValue) == ["\u{2026}"])
        }
    }
}
