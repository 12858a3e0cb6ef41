internal import NIOCore
internal import NIOPosix
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

    package var origin: String { "http://127.0.0.1:\(self.port)" }
    package var url: String { "\(self.origin)/events" }

    fileprivate init(port: Int) {
        self.port = port
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
        } catch is IOError, is ChannelError, is CancellationError, is TestConnection.NoRequest {
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
///   - script: What the server does with each request, one on each connection.
///   - body: Talks to the server.
@available(SwiftSSE 1.0, *)
package func withTestServer<Result>(
    sendBufferSize: Int? = nil,
    _ script: @escaping TestServer.Script,
    _ body: (TestServer) async throws -> Result
) async throws -> Result {
    var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelOption(.backlog, value: 256)
    if let sendBufferSize {
        bootstrap = bootstrap.childChannelOption(.socketOption(.so_sndbuf), value: numericCast(sendBufferSize))
    }
    let listener = try await bootstrap.bind(host: "127.0.0.1", port: 0) { AcceptedConnection.setUp($0) }
    let server = TestServer(port: listener.channel.localAddress?.port ?? 0)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.serve(listener, script) }
        defer { group.cancelAll() }
        return try await body(server)
    }
}
