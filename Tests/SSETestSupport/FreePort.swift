internal import NIOCore
internal import NIOPosix

/// A port that nobody listens on now, for programs that must be told one.
///
/// Below those that systems give to connections, of which other tests make thousands meanwhile.
package func freePort() async throws -> Int {
    while true {
        let port = Int.random(in: 20_000..<32_000)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        guard let channel = try? await bootstrap.bind(host: "127.0.0.1", port: port).get() else { continue }
        try await channel.close()
        return port
    }
}
