internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSETestSupport
internal import Synchronization
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Several places to listen at.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ServerListenersTests {
    /// Runs a server for the time of a closure, which gets its listeners.
    @available(SwiftSSE 1.0, *)
    private func withListeners(
        _ listeners: [ServerListener],
        _ test: ([BoundListener]) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.listeners = listeners
        configuration.drainWindow = .zero
        let answers = TestAnswers()
        let fanOut = FanOut(Broker())
        let server = HTTPServer(configuration, fanOut) { request in
            request.head.uri == "/listener"
                ? .response(ServerResponse(.ok, text: "\(request.listener)")) : answers.answer(request, fanOut)
        }
        let bound = Log<[BoundListener]>()
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.serve { bound.append($0) } }
            defer { group.cancelAll() }
            try await test(try #require(await bound.next()))
        }
    }

    @available(SwiftSSE 1.0, *)
    private func listener(atPort port: Int, host: String = "127.0.0.1") async throws -> String {
        try await RawConnection.withConnection(to: port, host: host) { client in
            try await client.exchange(request("GET /listener")).body
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A server listens in all its places, and knows by which one a request came`() async throws {
        let places = [
            ServerListener(.tcp(host: "127.0.0.1", port: 0)), ServerListener(.tcp(host: "::1", port: 0)),
            ServerListener(.tcp(host: "127.0.0.1", port: 0)),
        ]
        try await self.withListeners(places) { listeners in
            #expect(listeners.map(\.host) == ["127.0.0.1", "::1", "127.0.0.1"])
            for listener in listeners {
                let (host, port) = (try #require(listener.host), try #require(listener.port))
                #expect(try await self.listener(atPort: port, host: host) == "\(listener.index)")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `localhost is both families, with the same port`() async throws {
        try await self.withListeners([ServerListener(.tcp(host: "localhost", port: 0))]) { listeners in
            let port = try #require(listeners.first?.port)
            #expect(listeners.count == 1 && listeners.first?.host == "localhost" && listeners.first?.missing == [])
            #expect(try await self.listener(atPort: port) == "0")
            #expect(try await self.listener(atPort: port, host: "::1") == "0")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `If one place cannot be had, none is kept, and the error names it`() async throws {
        let path = "/tmp/sse-\(UInt64.random(in: 0...(.max))).sock"
        try await self.withListeners([ServerListener(.tcp(host: "127.0.0.1", port: 0))]) { listeners in
            let taken = ServerListener(.tcp(host: "127.0.0.1", port: try #require(listeners.first?.port)))
            var configuration = ServerConfiguration()
            configuration.listeners = [ServerListener(.unix(path: path, mode: 0o600)), taken]
            let server = HTTPServer(configuration, FanOut(Broker())) { _ in .response(ServerResponse(.ok)) }
            let error = await #expect(throws: ServerListeningError.self) { try await server.run() }
            #expect(error?.address == taken.address)
            #expect((error?.cause as? IOError)?.errnoCode == EADDRINUSE)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("localhost", true), ("LocalHost", true),
        ("0.0.0.0", false), ("::", false), ("192.0.2.1", false), ("127.example", false), ("localhost.example", false),
    ])
    func `Only this machine reaches its own addresses`(host: String, isLocal: Bool) {
        #expect(ServerListener.Address.tcp(host: host, port: 1).isLocal == isLocal)
        #expect(ServerListener.Address.unix(path: "/a", mode: 0o666).isLocal)
        // What is none at all.
        #expect(!ServerListener.Address.descriptor(-1).isLocal)
    }

    // MARK: A machine that has not both families

    /// What ports are taken or missing, by their addresses.
    @available(SwiftSSE 1.0, *)
    private final class Machine: Sendable {
        let bound = Mutex<[String]>([])
        private let fails: @Sendable (String, Int) -> CInt?

        init(_ fails: @escaping @Sendable (String, Int) -> CInt?) { self.fails = fails }

        func bind(_ host: String, _ port: Int) throws -> (host: String, port: Int) {
            try self.bound.withLock { bound in
                let port = port == 0 ? 1000 + bound.count : port
                if let code = self.fails(host, port) { throw IOError(errnoCode: code, reason: "bind") }
                bound.append("\(host) \(port)")
                return (host, port)
            }
        }

        func bindPair(port: Int) async throws -> LoopbackPair<(host: String, port: Int)> {
            try await LoopbackPair.bind(port: port, self.bind, portOf: { $0.port }) { socket in
                self.bound.withLock { $0.append("-\(socket.host) \(socket.port)") }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [EADDRNOTAVAIL, EAFNOSUPPORT])
    func `One family is enough for localhost where there is no other`(code: CInt) async throws {
        let old = Machine { host, _ in host == "::1" ? code : nil }
        let onlyIPv4 = try await old.bindPair(port: 0)
        #expect(onlyIPv4.sockets.map(\.host) == ["127.0.0.1"] && onlyIPv4.missing == ["::1"])
        let new = Machine { host, _ in host == "127.0.0.1" ? code : nil }
        let onlyIPv6 = try await new.bindPair(port: 8888)
        #expect(onlyIPv6.sockets.map(\.host) == ["::1"] && onlyIPv6.missing == ["127.0.0.1"])
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Any port that is free is one that is free for both, and a port that is given has to be`() async throws {
        let busy = Machine { host, port in host == "::1" && port < 1003 ? EADDRINUSE : nil }
        let pair = try await busy.bindPair(port: 0)
        #expect(Set(pair.sockets.map(\.port)).count == 1 && pair.sockets.count == 2)
        // What was given up meanwhile has been closed.
        let log = busy.bound.withLock { $0 }
        #expect(log.count { $0.hasPrefix("-") } == log.count { $0.hasPrefix("127.0.0.1") } - 1)
        let error = await #expect(throws: IOError.self) { try await busy.bindPair(port: 1000) }
        #expect(error?.errnoCode == EADDRINUSE)
        #expect(busy.bound.withLock { $0.last } == "-127.0.0.1 1000")
    }
}
