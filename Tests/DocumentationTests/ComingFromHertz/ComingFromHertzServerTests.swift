import Hummingbird
import SSEClient
import SSEHummingbird
import Testing

/// The rows of the article "Coming from Hertz" about the server; each test has a row's name and code.
@Suite
struct ComingFromHertzServerTests {
    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `NewStream`() async throws {
        let event = ServerSentEvent(data: "Hello")
        try await withTestServer { request in
            request.eventStream { writer in try await writer.send(event) }
        } _: { url in
            let events = try await self.events(at: url)
            #expect(events == [event])
        }
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `NewStreamWithWriter`() async throws {
        let event = ServerSentEvent(data: "Hello")
        let sink = MemorySink()
        try await withEventStream(to: sink) { writer in try await writer.send(event) }
        #expect(sink.notes.lines == ["data: Hello\n\n"])
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `Publish`() async throws {
        let sink = MemorySink()
        try await withEventStream(to: sink) { writer in
            for event in [ServerSentEvent(data: "a"), ServerSentEvent(data: "b")] {
                try await writer.send(event)
            }
        }
        #expect(sink.notes.lines == ["data: a\n\n", "data: b\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Event`() throws {
        let event = ServerSentEvent(type: "price", data: "12.5", id: "42", retry: .seconds(3))
        let bytes = try EventStreamEncoder().encode(event)
        #expect(String(decoding: bytes, as: UTF8.self) == "event: price\nid: 42\nretry: 3000\ndata: 12.5\n\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Event.Event`() throws {
        let name = "price"
        let event = ServerSentEvent(type: try ServerSentEvent.EventType(name), data: "12.5")
        #expect(event.type == "price")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Event.ID`() throws {
        let text = "42"
        let event = ServerSentEvent(data: "12.5", id: try ServerSentEvent.EventID(text))
        #expect(event.id == "42")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Event.Retry`() {
        #expect(ServerSentEvent(data: "").retry == nil)
        let event = ServerSentEvent(data: "", retry: .milliseconds(500))
        #expect(event.retry?.duration == .seconds(0.5))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Event.Data`() {
        let event = ServerSentEvent(data: "é")
        #expect(event.data == "é")
        #expect(event.bytes == [0xC3, 0xA9])
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `GetLastEventID(c)`() async throws {
        try await withTestServer { request in
            let id = request.lastEventID
            let other = try request.lastEventID(queryName: "lastEventID")
            return request.eventStream { writer in
                try await writer.send(ServerSentEvent(data: "\(id?.rawValue ?? "none") \(other?.rawValue ?? "none")"))
            }
        } _: { url in
            let none = try await self.events(at: url)
            #expect(none.map(\.data) == ["none none"])
            let header = try await self.events(at: url, lastEventID: "42")
            #expect(header.map(\.data) == ["42 42"])
            let query = try await self.events(at: url + "?lastEventID=7")
            #expect(query.map(\.data) == ["none 7"])
        }
    }

    @available(SwiftSSE 1.0, *)
    private func events(
        at url: String,
        lastEventID: ServerSentEvent.EventID? = nil
    ) async throws -> [ServerSentEvent] {
        let request = EventStreamRequest(url: url, lastEventID: lastEventID)
        return try await EventStreamClient().withStream(request) { _, events in
            var received: [ServerSentEvent] = []
            for try await event in events { received.append(event) }
            return received
        }
    }
}
