internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOSSL
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Event streams of HTTP/2, and what clients do to them.
@Suite(.timeLimit(.minutes(15)), .inTurn(seconds: 180))
struct HTTP2StreamTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: [true, false])
    func `600 streams of a connection get everything once, in order, while one takes nothing`(isSecure: Bool)
        async throws
    {
        try await TestCertificate.with { certificate in
            let tls = isSecure ? try certificate.client(protocols: ["h2"]) : nil
            try await withHTTPServer { configuration in
                if isSecure { configuration.tls = certificate.server }
            } _: { server in
                try await HTTP2Client.with(port: server.port, tls: tls) { client in
                    let stalled = try await client.subscribe(isReading: false)
                    var streams: [HTTP2ClientStream] = []
                    for _ in 0..<600 { streams.append(try await client.open(.GET, "/events")) }
                    try await server.waitForStreams(601)
                    // Together more than the window of the stream that takes nothing, and of the connection.
                    let filling = String(repeating: "x", count: 4 * 1024)
                    let count = 40
                    for number in 0..<count { try await server.publish("\(number) \(filling)") }
                    for stream in streams {
                        try await stream.wait { $0.events.count >= count }
                        #expect(stream.response.events.map { Int($0.prefix { $0 != " " }) } == Array(0..<count))
                        #expect(stream.response.end == nil)
                    }
                    #expect(stalled.response.events.count < count)
                    // And the one gets everything when it takes it.
                    try await stalled.read()
                    try await stalled.wait { $0.events.count >= count }
                    #expect(stalled.response.events.map { Int($0.prefix { $0 != " " }) } == Array(0..<count))
                    #expect(server.server.connectionCount == 1)
                }
                try await server.waitForStreams(0)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An event that is larger than all windows comes whole`() async throws {
        try await withHTTPServer { server in
            try await HTTP2Client.with(port: server.port) { client in
                let stream = try await client.subscribe()
                let data = String(repeating: "x", count: 900_000)
                try await server.publish("1 \(data)")
                try await server.publish("2")
                try await stream.wait { $0.events.count == 2 }
                #expect(stream.response.events[0].utf8.count == 900_002 && stream.response.events[1] == "2")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A stream that takes nothing is reset by the deadline, and the others go on`() async throws {
        var fanOut = FanOutConfiguration.defaults
        fanOut.writeTimeout = .seconds(1)
        try await withHTTPServer(fanOut: fanOut) { server in
            try await HTTP2Client.with(port: server.port) { client in
                let other = try await client.subscribe()
                let stalled = try await client.subscribe(isReading: false)
                try await server.waitForStreams(2)
                let filling = String(repeating: "x", count: 64 * 1024)
                var number = 0
                while server.broker.subscriptionCount == 2 {
                    try await server.publish("\(number) \(filling)")
                    number += 1
                    try await other.wait { [number] in $0.events.count == number }
                }
                #expect(other.response.end == nil)
                try await stalled.wait { $0.end != nil }
                #expect(stalled.response.end == .reset(.cancel))
                #expect(server.server.connectionCount == 1)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A stream that takes bytes slowly is not reset, although it is full all the time`() async throws {
        var fanOut = FanOutConfiguration.defaults
        fanOut.writeTimeout = .seconds(5)
        try await withHTTPServer(fanOut: fanOut) { server in
            try await HTTP2Client.with(port: server.port) { client in
                let slow = try await client.subscribe(isReading: false)
                try await server.waitForStreams(1)
                let filling = String(repeating: "x", count: 900_000)
                for number in 0..<4 { try await server.publish("\(number) \(filling)") }
                // One window at a time, for more than twice the deadline. The sleep is what the client does.
                let end = ContinuousClock.now + .seconds(12)
                while ContinuousClock.now < end {
                    slow.readOnce()
                    try await Task.sleep(for: .milliseconds(400))
                }
                #expect(slow.response.end == nil && server.broker.subscriptionCount == 1)
                #expect(slow.response.body.utf8.count < 3_600_000)
                // And then it takes the rest.
                try await slow.read()
                try await slow.wait { $0.body.utf8.count > 3_600_000 }
            }
        }
    }

    // MARK: Leaving

    @available(SwiftSSE 1.0, *)
    @Test func `Who resets a stream has left it, and only it`() async throws {
        try await withHTTPServer { server in
            try await HTTP2Client.with(port: server.port) { client in
                let first = try await client.subscribe()
                let second = try await client.subscribe()
                try await server.waitForStreams(2)
                try await first.reset()
                try await server.waitForStreams(1)
                try await server.publish("1")
                try await second.wait { $0.events == ["1"] }
                #expect(first.response.events == [])
            }
            try await server.waitForStreams(0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `All streams may leave at once, and come again`() async throws {
        try await withHTTPServer { server in
            try await HTTP2Client.with(port: server.port) { client in
                for _ in 0..<2 {
                    var streams: [HTTP2ClientStream] = []
                    for _ in 0..<600 { streams.append(try await client.open(.GET, "/events")) }
                    try await server.waitForStreams(600)
                    for stream in streams { try await stream.reset() }
                    try await server.waitForStreams(0)
                }
                #expect(try await client.exchange(.GET, "/a").status == .ok)
                #expect(client.goAways == [])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who opens and resets streams without end is cut off, and others are served meanwhile`() async throws {
        try await withHTTPServer {
            $0.maximumStreamsPerConnection = 10
        } _: { server in
            try await HTTP2Client.with(port: server.port) { other in
                let stream = try await other.subscribe()
                try await HTTP2Client.with(port: server.port) { attacker in
                    for _ in 0..<2000 {
                        guard let stream = try? await attacker.open(.GET, "/events") else { break }
                        try await stream.reset()
                    }
                    try await waitUntil { attacker.goAways.contains(.enhanceYourCalm) || !attacker.channel.isActive }
                }
                try await server.publish("1")
                try await stream.wait { $0.events == ["1"] }
                try await server.waitForConnections(1)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A connection has no more streams than it may`() async throws {
        try await withHTTPServer {
            $0.maximumStreamsPerConnection = 3
        } _: { server in
            try await HTTP2Client.with(port: server.port) { client in
                // Who has read the settings waits for its turn.
                _ = try await client.exchange(.GET, "/a")
                var streams: [HTTP2ClientStream] = []
                for _ in 0..<5 { streams.append(try await client.open(.GET, "/events")) }
                try await server.waitForStreams(3)
                #expect(server.answers.count == 4)
                try await streams[0].reset()
                try await server.answers.wait(forCount: 5)
                try await server.waitForStreams(3)
            }
        }
    }
}
