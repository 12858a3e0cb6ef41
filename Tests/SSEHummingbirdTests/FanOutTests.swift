internal import HTTPTypes
internal import Hummingbird
internal import SSEBroker
internal import SSEHummingbird
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// Routes that serve a broker's events by a fan-out.
@Suite(.timeLimit(.minutes(3)))
struct FanOutTests {
    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A route serves a broker's topics in one expression`(kind: TestServerKind) async throws {
        let broker = Broker()
        let fanOut = FanOut(broker)
        try await TestServer.withServer(kind) { router in
            router.get("/news") { request, _ in try await request.eventStream(of: "news", from: fanOut) }
        } _: { server in
            try await server.get("/news") { connection in
                let head = try await connection.readHead()
                #expect(head.statusLine == "HTTP/1.1 200 OK")
                #expect(head["Content-Type"] == ["text/event-stream"])
                #expect(head["Transfer-Encoding"] == ["chunked"])
                try await waitUntil { broker.subscriptionCount == 1 }
                try await broker.publish(ServerSentEvent(data: "unwanted"), to: "weather")
                let id = try await broker.publish(ServerSentEvent(type: "a", data: "1"), to: "news").id
                let text = try await connection.read(through: "data: 1\n\n")
                #expect(!text.contains("unwanted"))
                #expect(text.contains("id: \(id)\n"))
                #expect(text.contains("event: a\n"))
            }
            try await waitUntil { broker.subscriptionCount == 0 }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A client goes on after its last event ID, and is told of a gap`(kind: TestServerKind) async throws {
        let broker = Broker()
        let fanOut = FanOut(broker)
        let first = try await broker.publish(ServerSentEvent(data: "1"), to: "t").id
        try await broker.publish(ServerSentEvent(data: "2"), to: "t")
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in try await request.eventStream(of: .all, from: fanOut) }
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: x\r\nLast-Event-ID: \(first)\r\n\r\n")
                let text = try await connection.read(through: "data: 2\n\n")
                #expect(!text.contains("data: 1\n"))
            }
            try await server.get("/?lastEventID=nobody") { connection in
                _ = try await connection.read(through: "event: gap\ndata: unknown\n\n")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that cannot be served is told why by the status`() async throws {
        var configuration = BrokerConfiguration.defaults
        configuration.resumePolicy = .refuse
        configuration.limits.subscriptions = 1
        let broker = Broker(configuration: configuration)
        let fanOut = FanOut(broker)
        try await TestServer.withServer(.eventStreams) { router in
            router.get("/") { request, _ in try await request.eventStream(of: .all, from: fanOut) }
        } _: { server in
            try await server.get("/?lastEventID=nobody") { connection in
                let head = try await connection.readHead()
                #expect(head.statusLine == "HTTP/1.1 412 Precondition Failed")
            }
            try await server.get { first in
                _ = try await first.readHead()
                try await server.get { second in
                    let head = try await second.readHead()
                    #expect(head.statusLine == "HTTP/1.1 503 Service Unavailable")
                    #expect(head["Retry-After"] == ["5"])
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `HEAD is answered with the head, and takes no place`() async throws {
        let broker = Broker()
        let fanOut = FanOut(broker)
        try await TestServer.withServer(.eventStreams) { router in
            router.head("/") { request, _ in try await request.eventStream(of: .all, from: fanOut) }
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                try await connection.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                let head = try await connection.readHead()
                #expect(head["Content-Type"] == ["text/event-stream"])
                #expect(try await connection.readToEnd() == "")
            }
            #expect(broker.subscriptionCount == 0)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Clients of HTTP/1.0 get events without chunks`() async throws {
        let broker = Broker()
        let fanOut = FanOut(broker)
        try await TestServer.withServer(.eventStreams) { router in
            router.get("/") { request, _ in try await request.eventStream(of: .all, from: fanOut) }
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                try await connection.send("GET / HTTP/1.0\r\n\r\n")
                let head = try await connection.readHead()
                #expect(head.statusLine == "HTTP/1.0 200 OK")
                let position = EventPosition(epoch: broker.bounds.epoch, sequence: 0).wireID
                #expect(try await connection.read(through: "\n\n") == ":\nid: \(position)\n\n")
                let id = try await broker.publish(ServerSentEvent(data: "1"), to: "t").id
                #expect(try await connection.read(through: "data: 1\n\n") == "id: \(id)\ndata: 1\n\n")
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A graceful shutdown ends the streams in order`(kind: TestServerKind) async throws {
        let broker = Broker()
        let fanOut = FanOut(broker)
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in try await request.eventStream(of: .all, from: fanOut) }
        } _: { server in
            try await server.get { connection in
                _ = try await connection.readHead()
                try await waitUntil { broker.subscriptionCount == 1 }
                await server.triggerGracefulShutdown()
                let rest = try await connection.readToEnd()
                #expect(rest.hasSuffix(lastChunk))
                await server.waitForEnd()
            }
        }
        #expect(broker.subscriptionCount == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The client's leaving, or closing its half, ends the subscription`() async throws {
        let broker = Broker()
        let fanOut = FanOut(broker)
        try await TestServer.withServer(.eventStreams) { router in
            router.get("/") { request, _ in try await request.eventStream(of: .all, from: fanOut) }
        } _: { server in
            try await server.get { connection in
                _ = try await connection.readHead()
                try await waitUntil { broker.subscriptionCount == 1 }
                try await connection.closeOutput()
                _ = try await connection.readToEnd()
                try await waitUntil { broker.subscriptionCount == 0 }
            }
        }
    }
}
