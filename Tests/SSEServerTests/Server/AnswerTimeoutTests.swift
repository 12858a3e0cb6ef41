internal import NIOHTTP1
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Answers that do not come, and clients that do not wait for them.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct AnswerTimeoutTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["/later", "/screened"])
    func `An answer that does not come in time is 503, and what it waited for is cancelled`(target: String) async throws
    {
        try await withHTTPServer { configuration in
            configuration.answerTimeout = .milliseconds(100)
        } _: { server in
            server.answers.gate.close()
            // On a busy machine the time may be over before the work has begun, which then never does: once more.
            while server.answers.begun.entries.isEmpty {
                try await RawConnection.withConnection(to: server.port) { client in
                    try await client.send(request("POST \(target)", body: "1"))
                    let response = try await client.readResponse()
                    #expect(response.status == "HTTP/1.1 503 Service Unavailable")
                    #expect(response.head["Retry-After"] == ["5"])
                    guard !server.answers.begun.entries.isEmpty else { return }
                    #expect(await server.answers.cancelled.next() == target)
                    #expect(server.server.bodies.current == 0)
                    server.answers.gate.open()
                    // Whoever waits for an answer only has its connection still.
                    guard target == "/later" else { return }
                    #expect(try await client.exchange(request("POST /later", body: "2")).body == "2")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["/later", "/screened"])
    func `What a client of HTTP/2 waited for ends with its stream`(target: String) async throws {
        try await withHTTPServer { server in
            server.answers.gate.close()
            try await HTTP2Client.with(port: server.port) { client in
                let stream = try await client.open(.POST, target, body: "1")
                try await server.answers.gate.waitForWaiters(1)
                try await stream.reset()
                #expect(await server.answers.cancelled.next() == target)
                server.answers.gate.open()
                #expect(try await client.exchange(.POST, "/later", body: "2").body == "2")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What a client waited for ends with its connection`() async throws {
        try await withHTTPServer { server in
            server.answers.gate.close()
            try await RawConnection.withConnection(to: server.port) { client in
                // What is not read of the first answer resets the connection when it is closed, and the server is told.
                try await client.send(request("GET /page") + request("POST /later", body: "1"))
                try await server.answers.gate.waitForWaiters(1)
                try await client.close()
            }
            #expect(await server.answers.cancelled.next() == "/later")
            try await server.waitForConnections(0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A job that is cancelled before it begins does not begin`() async {
        let job = ServerJob()
        job.cancel()
        await job.run { Issue.record("It has begun.") }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A job that is over leaves its task alone`() async {
        let job = ServerJob()
        await job.run {}
        job.cancel()
        #expect(!Task.isCancelled)
    }
}
