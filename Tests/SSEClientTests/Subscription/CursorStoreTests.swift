internal import Foundation
internal import HTTPTypes
internal import SSETestSupport
internal import ServerSentEvents
internal import Synchronization
internal import Testing

@testable internal import SSEClient

/// The place in a stream that outlives the process.
@Suite(.timeLimit(.minutes(3)))
struct CursorStoreTests {
    private struct Full: Error {}

    /// Remembers all that it is told.
    @available(SwiftSSE 1.0, *)
    private final class MemoryStore: CursorStore {
        let saves = Log<String>()
        private let initial: ServerSentEvent.EventID?
        private let failsToSave: Bool

        init(_ initial: ServerSentEvent.EventID? = nil, failsToSave: Bool = false) {
            self.initial = initial
            self.failsToSave = failsToSave
        }

        func load() async throws -> ServerSentEvent.EventID? { self.initial }

        func save(_ id: ServerSentEvent.EventID) async throws {
            if self.failsToSave { throw Full() }
            self.saves.append(id.rawValue)
        }
    }

    @available(SwiftSSE 1.0, *)
    private static func subscription(
        _ transport: InMemoryTransport,
        _ store: any CursorStore,
        _ clock: ManualClock = .init()
    )
        -> EventStreamSubscription
    {
        var policy = ReconnectionPolicy.defaults
        policy.initialDelay = .zero
        policy.multiplier = 1
        return EventStreamClient(transport: transport).subscription(
            to: EventStreamRequest(url: "http://server/"),
            configuration: .init(policy: policy, cursorStore: store, clock: clock)
        )
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What was saved is where it begins, and what was taken is saved before it waits`() async throws {
        let store = MemoryStore("41")
        let transport = InMemoryTransport { _, number in
            number == 1
                ? InMemoryResponse("id: 42\ndata: a\n\nid: 43\ndata: b\n\n", "id: 44\ndata: c\n\n")
                : InMemoryResponse(status: .noContent)
        }
        _ = try await Self.subscription(transport, store).collected()
        #expect(transport.requests.map { $0.headers[.lastEventID] } == ["41", "44"])
        #expect(store.saves.entries == ["44"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event during which the loop ends is not saved, so it comes once more`() async throws {
        let store = MemoryStore()
        let clock = ManualClock()
        let transport = InMemoryTransport { _, _ in
            InMemoryResponse("id: 1\ndata: a\n\nid: 2\ndata: b\n\n", ending: .open)
        }
        for try await event in Self.subscription(transport, store, clock) {
            // Time enough for a save, if it saved what is not taken.
            clock.advance(by: .seconds(5))
            if event.data == "b" { break }
        }
        #expect(store.saves.entries == ["1"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A second loop goes on after the first and not at what was stored`() async throws {
        let store = MemoryStore("7")
        let transport = InMemoryTransport { _, number in
            number == 1
                ? InMemoryResponse("id: 8\ndata: a\n\nid: 9\ndata: b\n\n", ending: .open)
                : InMemoryResponse(status: .noContent)
        }
        let subscription = Self.subscription(transport, store)
        for try await event in subscription where event.data == "b" { break }
        for try await _ in subscription {}
        #expect(transport.requests.map { $0.headers[.lastEventID] } == ["7", "9"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `While events come quickly it saves once a second`() async throws {
        let store = MemoryStore()
        let clock = ManualClock()
        let body = (1...100).map { "id: \($0)\ndata: x\n\n" }.joined()
        let transport = InMemoryTransport { _, _ in InMemoryResponse(body, ending: .open) }
        for try await event in Self.subscription(transport, store, clock) {
            clock.advance(by: .milliseconds(100))
            if event.id == "100" { break }
        }
        #expect(store.saves.entries == ["10", "20", "30", "40", "50", "60", "70", "80", "90"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A store that cannot save is reported, and the subscription goes on`() async throws {
        let transport = InMemoryTransport { _, number in
            number == 1 ? InMemoryResponse("id: 1\ndata: a\n\n") : InMemoryResponse(status: .noContent)
        }
        let subscription = Self.subscription(transport, MemoryStore(failsToSave: true))
        try await UpdateRecorder().record(subscription) { recorder in
            let lines = await recorder.next(4)
            #expect(lines == ["connecting 1", "opened 200", "event a", "cursor not saved"])
            while await recorder.next(1) != ["over"] {}
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A store that cannot load ends it before anything is sent`() async throws {
        struct Unreadable: CursorStore {
            func load() async throws -> ServerSentEvent.EventID? { throw Full() }
            func save(_ id: ServerSentEvent.EventID) async throws {}
        }
        let transport = InMemoryTransport { _, _ in InMemoryResponse() }
        let subscription = Self.subscription(transport, Unreadable())
        await #expect(throws: Full.self) { for try await _ in subscription {} }
        await #expect(throws: Full.self) { for try await _ in subscription {} }
        #expect(transport.requests.isEmpty)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A file holds the id, and is replaced as a whole`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cursor-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "id").path()
        let store = FileCursorStore(path: path)
        #expect(try await store.load() == nil)
        try await store.save("ünïcode 1")
        #expect(try await FileCursorStore(path: path).load() == "ünïcode 1")
        let before = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
        try await store.save("2")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "2")
        let after = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
        #expect(before != after)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["id"])
        try Data("a\nb".utf8).write(to: folder.appending(path: "id"))
        await #expect(throws: SSEClientError.self) { try await store.load() }
        await #expect(throws: (any Error).self) {
            try await FileCursorStore(path: folder.appending(path: "no/such").path()).save("1")
        }
    }
}
