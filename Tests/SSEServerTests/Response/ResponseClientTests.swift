internal import NIOCore
internal import NIOHTTP1
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// Clients that leave, or that read nothing, on plain NIO.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ResponseClientTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that leaves ends the stream while its body waits for something else`() async throws {
        let log = Log<String>()
        let codes = Log<SSEServerError.Code?>()
        try await withNIOServer { request, channel, outbound in
            let configuration = EventStreamConfiguration(keepAliveInterval: nil)
            let canReuse = try await withEventStreamResponse(
                to: request,
                on: channel,
                outbound,
                configuration: configuration
            ) { writer in
                try await writer.send(ServerSentEvent(data: "1"))
                await waitForCancellation()
                await codes.record { try await writer.send(ServerSentEvent(data: "2")) }
            }
            log.append(canReuse ? "can be reused" : "cannot be reused")
            return canReuse
        } _: { port in
            try await RawConnection.withConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await connection.read(through: chunk("data: 1\n\n"))
                try await connection.close()
            }
            #expect(await log.next() == "cannot be reused")
            #expect(codes.entries == [.clientDisconnected])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that reads nothing makes the sender wait, and the deadline ends it`() async throws {
        let codes = Log<SSEServerError.Code?>()
        let sent = Log<Int>()
        try await withNIOServer { request, channel, outbound in
            let configuration = EventStreamConfiguration(keepAliveInterval: nil, writeTimeout: .milliseconds(300))
            return try await withEventStreamResponse(to: request, on: channel, outbound, configuration: configuration) {
                writer in
                let event = ServerSentEvent(data: String(repeating: "x", count: 1 << 16))
                await codes.record {
                    for number in 1...10_000 {
                        try await writer.send(event)
                        sent.append(number)
                    }
                }
            }
        } _: { port in
            try await RawConnection.withConnection(to: port, receiveBufferSize: 1 << 14) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(await codes.next() == .some(.writeTimedOut))
                #expect(sent.entries.count < 1000)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that reads nothing cannot hold up the end of a stream`() async throws {
        let codes = Log<SSEServerError.Code?>()
        try await withNIOServer { request, channel, outbound in
            let configuration = EventStreamConfiguration(keepAliveInterval: nil, writeTimeout: .milliseconds(300))
            await codes.record {
                _ = try await withEventStreamResponse(
                    to: request,
                    on: channel,
                    outbound,
                    configuration: configuration
                ) { writer in
                    // More than any socket takes, in one write, which the channel takes all the same.
                    try await writer.send(ServerSentEvent(data: String(repeating: "x", count: 1 << 23)))
                    // The end is taken as well until the event loop has seen that the socket is full.
                    try await waitUntil { !channel.isWritable }
                }
            }
            return false
        } _: { port in
            try await RawConnection.withConnection(to: port, receiveBufferSize: 1 << 14) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                let code = await codes.next()
                #expect(code == .some(.writeTimedOut))
            }
        }
    }

    #if os(Linux)
    @Test(arguments: [nil, 1] as [Int?])
    @available(SwiftSSE 1.0, *)
    func `A client whose network swallows everything is let go of after the write timeout`(
        keepAliveSeconds: Int?
    ) async throws {
        let log = Log<String>()
        try await withNIOServer { request, channel, outbound in
            let configuration = EventStreamConfiguration(
                keepAliveInterval: keepAliveSeconds.map { .seconds($0) },
                writeTimeout: .seconds(2)
            )
            return try await withEventStreamResponse(to: request, on: channel, outbound, configuration: configuration) {
                writer in
                // Little enough that the system takes it all.
                while !Task.isCancelled {
                    if keepAliveSeconds == nil { try await writer.send(ServerSentEvent(data: "1")) }
                    try? await Task.sleep(for: .milliseconds(200))
                }
                log.append("cancelled")
            }
        } _: { port in
            try await RawConnection.withConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await connection.readHead()
                try await connection.loseNetwork()
                #expect(await log.next() == "cancelled")
            }
        }
    }
    #endif
}
