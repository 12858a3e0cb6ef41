internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization
internal import Testing

/// A server of HTTP/2 over TLS that sends whatever frames a test says.
@available(SwiftSSE 1.0, *)
package struct HTTP2TestServer: Sendable {
    /// What to do with a connection, after the client's preface and the server's settings. When it returns, the connection
    /// is closed.
    package typealias Script = @Sendable (inout HTTP2TestConnection) async throws -> Void

    package let port: Int
    /// The requests that have come, on whatever connections.
    package let requests = Log<HTTP2TestConnection.Request>()
    /// The numbers of the connections whose clients have sent the preface.
    package let connections = Log<Int>()

    package var origin: String { "https://localhost:\(self.port)" }
    package var url: String { "\(self.origin)/events" }

    fileprivate func serve(
        _ listener: NIOAsyncChannel<AcceptedConnection, Never>,
        _ settings: RawHTTP2Frame,
        _ script: @escaping Script
    ) async throws {
        try await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                var number = 0
                for try await connection in connections {
                    number += 1
                    let test = HTTP2TestConnection(connection, number: number, requests: self.requests)
                    group.addTask { await self.serve(connection.channel, test, settings, script) }
                }
            }
        }
    }

    private func serve(
        _ channel: any Channel,
        _ connection: HTTP2TestConnection,
        _ settings: RawHTTP2Frame,
        _ script: Script
    ) async {
        var connection = connection
        do {
            try await connection.readPreface()
            self.connections.append(connection.number)
            try await connection.send(settings)
            try await script(&connection)
        } catch is IOError, is ChannelError, is CancellationError, is HTTP2TestConnection.NothingMore, is NIOSSLError {
            // The client has left, or the test is over.
        } catch {
            Issue.record(error, "The script failed.")
        }
        channel.close(promise: nil)
    }
}

/// Runs a server of HTTP/2 on a port of its own for the time of a closure.
///
/// - Parameters:
///   - certificate: What it shows.
///   - settings: The first frame that it sends.
///   - script: What the server does with each connection.
///   - body: Talks to the server.
@available(SwiftSSE 1.0, *)
package func withHTTP2TestServer<Result>(
    _ certificate: TestCertificate,
    settings: RawHTTP2Frame = .settings(),
    _ script: @escaping HTTP2TestServer.Script,
    _ body: (HTTP2TestServer) async throws -> Result
) async throws -> Result {
    let context = try certificate.makeServerContext(protocols: ["h2"])
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelOption(.backlog, value: 256)
        .bind(host: "127.0.0.1", port: 0) { channel in
            AcceptedConnection.setUp(channel) { try $0.addHandler(NIOSSLServerHandler(context: context)) }
        }
    let server = HTTP2TestServer(port: listener.channel.localAddress?.port ?? 0)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.serve(listener, settings, script) }
        defer { group.cancelAll() }
        return try await body(server)
    }
}
