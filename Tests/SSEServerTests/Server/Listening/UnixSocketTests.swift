internal import Foundation
internal import SSEBroker
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Sockets in the file system.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct UnixSocketTests {
    /// Makes a folder for the time of a closure, whose path is short enough for a socket.
    private func withFolder(_ body: (_ path: String) async throws -> Void) async throws {
        let path = "/tmp/sse-\(UInt64.random(in: 0...(.max)))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @available(SwiftSSE 1.0, *)
    private func withServer(
        at path: String,
        mode: UInt16 = 0o600,
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        _ test: (RunningHTTPServer) async throws -> Void
    ) async throws {
        try await withHTTPServer {
            $0.listeners = [ServerListener(.unix(path: path, mode: mode))]
            configure(&$0)
        } _: { server in
            try await test(server)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Requests and streams come by a socket whose file is gone after that`() async throws {
        try await self.withFolder { folder in
            let path = folder + "/hub.sock"
            try await self.withServer(at: path, mode: 0o620) { server in
                #expect(server.port == 0)
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o620)
                #expect(attributes[.type] as? FileAttributeType == .typeSocket)
                try await RawConnection.withConnection(toSocketAt: path) { stream in
                    _ = try await stream.subscribe()
                    try await RawConnection.withConnection(toSocketAt: path) { (client) async throws in
                        #expect(try await client.exchange(request("GET /origin")).body == "nobody plain")
                    }
                    try await server.publish("1")
                    _ = try await stream.read(through: "data: 1\n\n")
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Clients without an address are not one client, and those of a trusted proxy have theirs`() async throws
    {
        try await self.withFolder { folder in
            let path = folder + "/hub.sock"
            try await self.withServer(at: path) {
                $0.maximumConnectionsPerAddress = 1
                $0.trustedProxies = ["unix"]
            } _: { server in
                func events(_ fields: [String] = []) -> String { request("GET /events", fields) }
                try await RawConnection.withConnection(toSocketAt: path) { first in
                    _ = try await first.subscribe(events())
                    try await RawConnection.withConnection(toSocketAt: path) { second in
                        _ = try await second.subscribe(events())
                    }
                    try await RawConnection.withConnection(toSocketAt: path) { third in
                        _ = try await third.subscribe(events(["X-Forwarded-For: 192.0.2.1"]))
                        try await RawConnection.withConnection(toSocketAt: path) { fourth in
                            let response = try await fourth.exchange(events(["X-Forwarded-For: 192.0.2.1"]))
                            #expect(response.status == "HTTP/1.1 429 Too Many Requests")
                        }
                    }
                    try await RawConnection.withConnection(toSocketAt: path) { fifth in
                        let response = try await fifth.exchange(request("GET /origin", ["X-Forwarded-For: 192.0.2.2"]))
                        #expect(response.body == "192.0.2.2 plain")
                    }
                }
            }
            try await self.withServer(at: path) {
                $0.trustedProxies = ["0.0.0.0/0", "::/0"]
            } _: { _ in
                try await RawConnection.withConnection(toSocketAt: path) { client in
                    let response = try await client.exchange(request("GET /origin", ["X-Forwarded-For: 192.0.2.2"]))
                    #expect(response.body == "nobody plain")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What a server has left that was killed is replaced, and what is used or something else is not touched`()
        async throws
    {
        try await self.withFolder { folder in
            let path = folder + "/hub.sock"
            let left = try UnixSocket(path: path, mode: 0o600)
            // Its descriptor goes, as with a process; the file stays.
            try FileHandle(fileDescriptor: left.descriptor, closeOnDealloc: false).close()
            try await self.withServer(at: path) { server in
                let error = #expect(throws: ServerConfigurationError.self) { try UnixSocket(path: path, mode: 0o600) }
                #expect(error?.code == .socketUnusable)
                #expect(error?.message.hasPrefix("Somebody listens on '\(path)' already;") == true)
                try await RawConnection.withConnection(toSocketAt: path) { (client) async throws in
                    #expect(try await client.exchange(request("GET /a")).status == "HTTP/1.1 200 OK")
                }
            }
            try Data("precious".utf8).write(to: URL(filePath: path))
            let error = #expect(throws: ServerConfigurationError.self) { try UnixSocket(path: path, mode: 0o600) }
            #expect(error?.message.hasPrefix("'\(path)' is there and is not a socket;") == true)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A file that another server has put there meanwhile is left alone`() async throws {
        try await self.withFolder { folder in
            let path = folder + "/hub.sock"
            try await self.withServer(at: path) { _ in
                try FileManager.default.removeItem(atPath: path)
                try Data("another's".utf8).write(to: URL(filePath: path))
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "another's")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["", "/none/hub.sock", "/tmp/" + String(repeating: "x", count: 110)])
    func `A path that cannot be is an error that says so`(path: String) {
        let error = #expect(throws: ServerConfigurationError.self) { try UnixSocket(path: path, mode: 0o600) }
        #expect(error?.code == .socketUnusable && error?.message.contains("'\(path)'") == true)
    }
}
