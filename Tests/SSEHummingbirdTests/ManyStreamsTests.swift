internal import Hummingbird
internal import SSEHummingbird
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// Many clients at once.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ManyStreamsTests {
    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `Fifty streams are open at the same time, and each gets its own events`(kind: TestServerKind) async throws {
        let turnstile = Turnstile()
        let opened = Log<Int>()
        try await TestServer.withServer(kind) { router in
            router.get("/:name") { request, context in
                let name = try context.parameters.require("name")
                return request.eventStream { writer in
                    try await writer.send(ServerSentEvent(data: "\(name) begins"))
                    try await turnstile.pass()
                    for number in 1...10 { try await writer.send(ServerSentEvent(data: "\(name) \(number)")) }
                }
            }
        } _: { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<50 {
                    group.addTask {
                        try await server.get("/\(client)") { connection in
                            _ = try await connection.readHead()
                            let first = chunk("data: \(client) begins\n\n")
                            #expect(try await connection.read(through: first) == first)
                            opened.append(client)
                            let rest = (1...10).map { chunk("data: \(client) \($0)\n\n") }.joined() + lastChunk
                            #expect(try await connection.read(through: lastChunk) == rest)
                        }
                    }
                }
                for _ in 0..<50 { _ = await opened.next() }
                turnstile.open()
                try await group.waitForAll()
            }
        }
    }
}
