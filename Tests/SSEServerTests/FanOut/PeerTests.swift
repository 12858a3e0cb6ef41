#if os(Linux)
internal import SSETestSupport
internal import Testing

@testable internal import SSEServer

#if canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// What the system tells of the other end of a connection of TCP.
@Suite(.timeLimit(.minutes(5)))
struct PeerTests {
    /// Both ends of a connection over loopback, for the time of a closure.
    private static func withPair(_ body: (_ server: CInt, _ client: CInt) async throws -> Void) async throws {
        let (listener, client) = (try LoopbackSocket(), try LoopbackSocket())
        defer { withExtendedLifetime((listener, client)) {} }
        // So that the client's system keeps little.
        var buffer: CInt = 4096
        setsockopt(client.descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<CInt>.size))
        let port = try listener.bindToFreePort()
        try #require(listen(listener.descriptor, 1) == 0)
        try client.connect(to: port)
        let server = accept(listener.descriptor, nil, nil)
        try #require(server >= 0)
        defer { close(server) }
        try await body(server, client.descriptor)
    }

    private static func send(_ count: Int, to descriptor: CInt) -> Int {
        [UInt8](repeating: 1, count: count).withUnsafeBytes { SocketQueue.send($0, to: descriptor) }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A peer that acknowledges is settled, and one whose network is lost is silent`() async throws {
        try await Self.withPair { server, client in
            #expect(SocketQueue.peer(of: server) == .settled)
            #expect(Self.send(100, to: server) == 100)
            try await waitUntil { SocketQueue.peer(of: server) == .settled }
            try LostNetwork.lose(client)
            #expect(Self.send(100, to: server) == 100)
            try await waitUntil { if case .silent = SocketQueue.peer(of: server) { true } else { false } }
            // It stays so, with the same number, however much more is sent.
            let peer = SocketQueue.peer(of: server)
            for _ in 0..<10 {
                #expect(Self.send(100, to: server) == 100)
                #expect(SocketQueue.peer(of: server) == peer)
            }
        }
        #expect(SocketQueue.peer(of: -1) == .settled)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A peer that reads nothing answers, and when its network is lost it is silent`() async throws {
        try await Self.withPair { server, client in
            SocketQueue.prepare(server, nil)
            var sent = 0
            // Until the window is closed, and the system keeps no more.
            try await waitUntil {
                sent += Self.send(64 * 1024, to: server)
                return SocketQueue.peer(of: server) == .answering && Self.send(64 * 1024, to: server) == 0
            }
            #expect(sent < 512 * 1024)
            let unacknowledged = try #require(SocketQueue.unacknowledgedBytes(of: server))
            #expect(unacknowledged > 0 && unacknowledged < 256 * 1024)
            try LostNetwork.lose(client)
            try await waitUntil { if case .silent = SocketQueue.peer(of: server) { true } else { false } }
        }
    }
}
#endif
