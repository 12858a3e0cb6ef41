internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Testing

/// A server that does what a test says, and remembers what it was asked.
@available(SwiftSSE 1.0, *)
package struct TestServer: Sendable {
    /// What to do with a request. When it returns, the connection is closed.
    package typealias Script = @Sendable (inout TestConnection, RawRequest) async throws -> Void

    package let port: Int
    /// The requests that have come, on whatever connections.
    package let requests = Log<RawRequest>()
    /// An entry for each client that has left while the script waited for that.
    package let closes = Log<Void>()

    private let isEncrypted: Bool

    package var origin: String {
        self.isEncrypted ? "https://localhost:\(self.port)" : "http://127.0.0.1:\(self.port)"
    }
    package var url: String { "\(self.origin)/events" }

    fileprivate init(port: Int, isEncrypted: Bool) {
        self.port = port
        self.isEncrypted = isEncrypted
    }

    fileprivate func serve(
        _ listener: NIOAsyncChannel<AcceptedConnection, Never>,
        _ script: @escaping Script
    ) async throws {
        try await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    group.addTask { await self.serve(connection, script) }
                }
            }
        }
    }

    private func serve(_ accepted: AcceptedConnection, _ script: Script) async {
        do {
            var connection = TestConnection(accepted, closes: self.closes)
            let request = try await connection.readRequest()
            self.requests.append(request)
            try await script(&connection, request)
        } catch is IOError, is ChannelError, is CancellationError, is TestConnection.NoRequest, is NIOSSLError {
            // The client has left, or the test is over.
        } catch {
            Issue.record(error, "The script failed.")
        }
        accepted.channel.close(promise: nil)
    }
}

/// Runs a server on a port of its own for the time of a closure.
///
/// - Parameters:
///   - sendBufferSize: How much the system takes of what the server sends before the client reads it.
///   - certificate: What it shows, `nil` for a server without TLS.
///   - script: What the server does with each request, one on each connection.
///   - body: Talks to the server.
@available(SwiftSSE 1.0, *)
package func withTestServer<Result>(
    sendBufferSize: Int? = nil,
    certificate: TestCertificate? = nil,
    _ script: @escaping TestServer.Script,
    _ body: (TestServer) async throws -> Result
) async throws -> Result {
    var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelOption(.backlog, value: 256)
    if let sendBufferSize {
        bootstrap = bootstrap.childChannelOption(.socketOption(.so_sndbuf), value: numericCast(sendBufferSize))
    }
    let context = try certificate?.makeServerContext(protocols: ["http/1.1"])
    let listener = try await bootstrap.bind(host: "127.0.0.1", port: 0) { channel in
        AcceptedConnection.setUp(channel) { pipeline in
            if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
        }
    }
    let server = TestServer(port: listener.channel.localAddress?.port ?? 0, isEncrypted: certificate != nil)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.serve(listener, script) }
        defer { group.cancelAll() }
        return try await body(server)
    }
}
