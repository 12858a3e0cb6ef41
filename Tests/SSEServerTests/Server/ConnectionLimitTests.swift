internal import NIOHTTP1
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// More connections than there may be.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ConnectionLimitTests {
    @available(SwiftSSE 1.0, *)
    @Test func `One too many gets 503 until another leaves`() async throws {
        try await withHTTPServer { configuration in
            configuration.maximumConnections = 2
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { first in
                _ = try await first.subscribe()
                try await RawConnection.withConnection(to: server.port) { second in
                    _ = try await second.subscribe()
                    try await RawConnection.withConnection(to: server.port) { third in
                        let response = try await third.exchange(request("GET /events"))
                        #expect(response.status == "HTTP/1.1 503 Service Unavailable")
                        #expect(response.head["Retry-After"] == ["5"])
                        #expect(response.body == "There are too many connections.\n")
                        #expect(try await third.readToEnd() == "")
                    }
                    #expect(server.server.connectionCount == 2)
                }
                try await server.waitForConnections(1)
                try await RawConnection.withConnection(to: server.port) { third in
                    let response = try await third.exchange(request("GET /a"))
                    #expect(response.status == "HTTP/1.1 200 OK")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `One too many from an address gets 429`() async throws {
        try await withHTTPServer { configuration in
            configuration.maximumConnectionsPerAddress = 1
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { first in
                _ = try await first.subscribe()
                try await RawConnection.withConnection(to: server.port) { second in
                    let response = try await second.exchange(request("GET /events"))
                    #expect(response.status == "HTTP/1.1 429 Too Many Requests")
                    #expect(response.head["Retry-After"] == ["5"])
                    #expect(response.body == "There are too many connections from this address.\n")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Not even those that are refused can be many, nor stay`() async throws {
        try await withHTTPServer { configuration in
            configuration.maximumConnections = 1
            // Long enough for the first one to ask, on a busy machine.
            configuration.requestTimeout = .seconds(5)
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { first in
                _ = try await first.subscribe()
                let most = Log<Int>()
                try await withThrowingTaskGroup { group in
                    for _ in 0..<(2 * ConnectionCount.maximumRefused) {
                        group.addTask {
                            // Sends nothing, so that there is nothing to be answered. Whoever comes when it is full may
                            // find the connection closed before it is set up.
                            try? await RawConnection.withConnection(to: server.port) { client in
                                most.append(server.server.refusedConnectionCount)
                                let rest = try await client.readToEnd()
                                #expect(rest == "")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(most.entries.allSatisfy { $0 <= ConnectionCount.maximumRefused })
                #expect(server.server.connectionCount == 1)
                try await waitUntil { server.server.refusedConnectionCount == 0 }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Connections are counted in and out`() throws {
        let count = ConnectionCount(maximum: 3, maximumPerAddress: 2)
        let first = try #require(IPAddress("192.0.2.1"))
        let second = try #require(IPAddress("2001:db8::1"))
        #expect(count.insert(first) == .accepted)
        #expect(count.insert(first) == .accepted)
        #expect(count.insert(first) == .refused(.tooManyRequests))
        #expect(count.insert(second) == .accepted)
        #expect(count.insert(second) == .refused(.serviceUnavailable))
        #expect(count.current == 3 && count.refused == 2)
        count.remove(first, .accepted)
        count.remove(first, .refused(.tooManyRequests))
        count.remove(second, .refused(.serviceUnavailable))
        #expect(count.current == 2 && count.refused == 0)
        #expect(count.insert(first) == .accepted)
        for _ in 0..<ConnectionCount.maximumRefused {
            #expect(count.insert(second) == .refused(.serviceUnavailable))
        }
        #expect(count.insert(second) == .none)
        count.remove(second, .none)
        #expect(count.refused == ConnectionCount.maximumRefused)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An address gets a share when nearly all places are taken, and cannot take all`() throws {
        let count = ConnectionCount(maximum: 100, maximumPerAddress: nil)
        let greedy = try #require(IPAddress("192.0.2.1"))
        for _ in 0..<75 { #expect(count.insert(greedy) == .accepted) }
        #expect(count.insert(greedy) == .refused(.tooManyRequests))
        for number in 1...5 {
            let other = try #require(IPAddress("198.51.100.\(number)"))
            for _ in 0..<5 { #expect(count.insert(other) == .accepted) }
            #expect(count.insert(other) == (number < 5 ? .refused(.tooManyRequests) : .refused(.serviceUnavailable)))
        }
        // Places that have become free are for those who have few.
        for _ in 0..<10 { count.remove(greedy, .accepted) }
        #expect(count.current == 90)
        #expect(count.insert(greedy) == .refused(.tooManyRequests))
        let late = try #require(IPAddress("203.0.113.\(1)"))
        #expect(count.insert(late) == .accepted)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"])
    func `Behind an address of this machine there may be many`(address: String) throws {
        let count = ConnectionCount(maximum: 100, maximumPerAddress: nil)
        let address = try #require(IPAddress(address))
        for _ in 0..<100 { #expect(count.insert(address) == .accepted) }
        #expect(count.insert(address) == .refused(.serviceUnavailable))
    }
}
