import NIOCore
import NIOHTTP1
import SSEBroker
import SSEHTTPServer
import SSEServer
import SSETestSupport
import ServerSentEvents
import Testing

@testable import SSEHub

/// Engines that take their time, and what goes wrong with them.
@Suite(.timeLimit(.minutes(3)))
struct EngineTests {
    @available(SwiftSSE 1.0, *)
    @Test func `An answer waits for the engine, and those behind it for their turn`() async throws {
        let engine = SlowEngine()
        try await withHub(broker: try await Broker(engine: engine)) { hub in
            try await hub.withConnection { subscriber in
                _ = try await subscriber.subscribe("?topic=a")
                try await hub.waitForSubscribers(1)
                try await hub.withConnection { client in
                    try await client.send((0..<5).map { publication(form: "topic=a&data=\($0)&id=\($0)") }.joined())
                    for number in 0..<5 {
                        engine.gate.letOnePass()
                        #expect(try await client.exchange("").body == "\(number)")
                        let events = try await subscriber.readEvents(through: "\(number)")
                        #expect(events.hasSuffix("id: \(number)\ndata: \(number)\n\n"))
                    }
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An engine that fails is said to be unavailable`() async throws {
        let engine = SlowEngine(health: .unavailable("There is no quorum."))
        try await withHub(broker: try await Broker(engine: engine)) { hub in
            let response = try await hub.exchange(publication(form: "topic=a"))
            #expect(response.status == "503 Service Unavailable")
            #expect(response.head["Retry-After"] == ["5"])
            #expect(response.body == "There is no quorum.\n")
            let health = try await hub.exchange("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(health.status == "503 Service Unavailable" && health.body == "unavailable: There is no quorum.\n")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        (BrokerError.Code.engineUnavailable, "503 Service Unavailable", ["5"]),
        (.storageFull, "507 Insufficient Storage", []),
    ])
    func `What an engine cannot take is told in one line`(
        code: BrokerError.Code,
        status: String,
        retry: [String]
    ) async throws {
        let engine = SteeredEngine()
        engine.fail(.append, with: BrokerError(code: code, message: "The disk is full."))
        try await withHub(broker: try await Broker(engine: engine)) { hub in
            let response = try await hub.exchange(publication(form: "topic=a"))
            #expect(response.status == status && response.head["Retry-After"] == retry)
            #expect(response.body == "The disk is full.\n")
            engine.fail(.append, with: nil)
            #expect(try await hub.exchange(publication(form: "topic=a")).status == "200 OK")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [BrokerError.Code.storageFull, .engineUnavailable, .engineFailed])
    func `A hub whose engine takes no events says so until one has been stored, and lives all the while`(
        code: BrokerError.Code
    ) async throws {
        func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
        let engine = SteeredEngine()
        try await withHub(broker: try await Broker(engine: engine)) { hub in
            let key = ["Idempotency-Key: k"]
            #expect(try await hub.exchange(publication(form: "topic=a&data=1", key)).status == "200 OK")
            engine.fail(.append, with: BrokerError(code: code, message: "The disk is full."))
            _ = try await hub.exchange(publication(form: "topic=a"))
            // The engine itself says that it is well, and a repetition is answered from what is stored already.
            engine.fail(.append, with: nil)
            #expect(try await hub.exchange(publication(form: "topic=a&data=1", key)).status == "200 OK")
            for path in ["/healthz", "/readyz"] {
                let health = try await hub.exchange(get(path))
                #expect(health.status == "503 Service Unavailable", "\(path)")
                #expect(
                    health.body == "unavailable: The disk is full.\n" && health.head["Cache-Control"] == ["no-store"]
                )
            }
            #expect(try await hub.exchange(get("/livez")).body == "alive\n")
            #expect(try await hub.exchange(publication(form: "topic=a")).status == "200 OK")
            #expect(try await hub.exchange(get("/readyz")).body == "healthy\n")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An event that is refused for its own sake says nothing of the engine`() async throws {
        let engine = SteeredEngine()
        try await withHub(broker: try await Broker(engine: engine)) { hub in
            for code in [BrokerError.Code.eventTooLarge, .invalidEvent, .tooManyTopics] {
                engine.fail(.append, with: BrokerError(code: code, message: "It is too large."))
                _ = try await hub.exchange(publication(form: "topic=a"))
                // On a busy machine the engine may be late otherwise.
                #expect(await hub.broker.health() != .unavailable("It is too large."), "\(code)")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A failure that nobody meets again is let go of after half a minute`() async throws {
        let (engine, clock) = (SteeredEngine(), ManualClock())
        let broker = try await Broker(engine: engine, clock: clock)
        engine.fail(.append, with: BrokerError(code: .storageFull, message: "The disk is full."))
        for wait in [Duration.seconds(29), .seconds(29)] {
            _ = try? await broker.publish(ServerSentEvent(data: "1"), to: "a")
            clock.advance(by: wait)
            #expect(await broker.health() == .unavailable("The disk is full."))
        }
        clock.advance(by: .seconds(1))
        #expect(await broker.health() == .healthy)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A subscriber for whom the engine has to be asked is answered when that has answered`() async throws {
        let engine = SteeredEngine()
        try await withHub(broker: try await Broker(engine: engine)) { hub in
            engine.gate(.follow).close()
            let receipt = try await hub.broker.publish(ServerSentEvent(data: "1"), to: "a")
            engine.fail(.bounds, with: BrokerError(code: .engineUnavailable, message: "There is no leader."))
            // Only when it is known that nothing is known.
            try await waitUntil { await hub.broker.health() != .healthy }
            let fields = ["Last-Event-ID: \(receipt.id)"]
            try await hub.withConnection { client in
                let head = try await client.subscribe("?topic=a", fields)
                #expect(head.statusLine == "HTTP/1.1 503 Service Unavailable" && head["Retry-After"] == ["5"])
            }
            engine.fail(.bounds, with: nil)
            try await hub.withConnection { client in
                let head = try await client.subscribe("?topic=a", fields)
                #expect(head.statusLine == "HTTP/1.1 200 OK" && head["Last-Event-ID"] == [receipt.id])
                engine.gate(.follow).open()
                try await hub.broker.publish(ServerSentEvent(data: "two", id: "2"), to: "a")
                let events = try await client.readEvents(through: "two")
                #expect(!events.contains("data: 1") && !events.contains("gap"))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A client that leaves before the answer harms nobody`() async throws {
        let engine = SlowEngine()
        try await withHub(broker: try await Broker(engine: engine)) { hub in
            try await hub.withConnection { client in
                try await client.send(publication(form: "topic=a"))
                try await client.send(publication(form: "topic=a"))
            }
            engine.gate.open()
            #expect(try await hub.exchange(publication(form: "topic=a")).status == "200 OK")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        (BrokerError.Code.invalidTopic, HTTPResponseStatus.badRequest), (.invalidTemplate, .badRequest),
        (.invalidID, .badRequest), (.invalidEvent, .badRequest), (.noTopics, .badRequest),
        (.tooManyTopics, .payloadTooLarge), (.eventTooLarge, .payloadTooLarge), (.resumeRefused, .preconditionFailed),
        (.closed, .serviceUnavailable), (.engineFailed, .serviceUnavailable),
        (.engineUnavailable, .serviceUnavailable), (.storageFull, .insufficientStorage),
        (.tooManySubscriptions, .serviceUnavailable), (.tooManyTemplates, .serviceUnavailable),
    ])
    func `What the broker says has a status`(code: BrokerError.Code, status: HTTPResponseStatus) {
        let refusal = HubRefusal(BrokerError(code: code, message: "Message."))
        #expect(refusal.status == status)
        #expect((refusal.headers.first(name: "Retry-After") == "5") == (status == .serviceUnavailable))
        #expect(String(buffer: refusal.response.body) == "Message.\n")
    }
}
