internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Times that no clock can count. Nothing may trap on them: they are as good as for ever.
@Suite(.timeLimit(.minutes(3)))
struct ExtremeTimeTests {
    /// The longest times, and those around what counts nanoseconds or seconds in 64 bits.
    private static let times: [Duration] = [
        .seconds(Int64.max), .seconds(Int64.max / 2), .seconds(Int64.max / 1_000_000_000 + 1), .nanoseconds(Int64.max),
    ]

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.times)
    func `A stream may have a keep-alive and a deadline as far away as can be`(time: Duration) async throws {
        let configuration = EventStreamConfiguration(keepAliveInterval: time, writeTimeout: time)
        let sink = TestSink()
        let end = try await withEventStream(to: sink, configuration: configuration) { writer in
            try await writer.send(ServerSentEvent(data: "1"))
        }
        #expect(end == .completed)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.times + [.seconds(Int64.min)])
    func `A write may have a deadline as far away as can be`(time: Duration) async throws {
        _ = await thrownError { try await withWriteTimeout(time) { await Task.yield() } }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.times)
    func `A server may have any deadlines`(time: Duration) async throws {
        try await withHTTPServer { configuration in
            configuration.requestTimeout = time
            configuration.keepAliveTimeout = time
            configuration.answerTimeout = time
            configuration.shutdownTimeout = time
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let late = try await client.exchange(request("POST /later", body: "1"))
                #expect(late.body == "1")
                let next = try await client.exchange(request("GET /a"))
                #expect(next.status == "HTTP/1.1 200 OK")
            }
            try await HTTP2Client.with(port: server.port) { client in
                let response = try await client.exchange(.GET, "/a")
                #expect(response.status == .ok)
            }
        }
    }

    @Test func `A time to wait for is neither negative nor more than a century`() {
        #expect(Duration.seconds(Int64.min).asTimeout == .zero)
        #expect(Duration.seconds(Int64.max).asTimeout == .seconds(36_525 * 86_400))
        #expect(Duration.milliseconds(1).asTimeout == .milliseconds(1))
    }
}
