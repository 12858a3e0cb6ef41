internal import NIOCore
internal import NIOPosix

/// The listeners of a server that runs.
@available(SwiftSSE 1.0, *)
struct Listeners {
    fileprivate(set) var bound: [BoundListener] = []
    fileprivate var channels: [any Channel] = []
    fileprivate var files: [UnixSocketFile] = []

    /// Accepts no more connections. Files are removed first, so that none leads to a socket that is closed.
    func close() async {
        for file in self.files { file.remove() }
        for channel in self.channels { try? await channel.close() }
    }
}

@available(SwiftSSE 1.0, *)
extension HTTPServer {
    /// Listens at all places, or at none.
    ///
    /// - Throws: ``ServerListeningError``.
    func listen(_ bootstrap: (ListenerTraits) -> ServerBootstrap) async throws(ServerListeningError) -> Listeners {
        var listeners = Listeners()
        for (index, listener) in self.configuration.allListeners.enumerated() {
            do {
                try await self.listen(listener, index, bootstrap, &listeners)
            } catch {
                await listeners.close()
                throw ServerListeningError(address: listener.address, cause: error)
            }
        }
        return listeners
    }

    private func listen(
        _ listener: ServerListener,
        _ index: Int,
        _ makeBootstrap: (ListenerTraits) -> ServerBootstrap,
        _ listeners: inout Listeners
    ) async throws {
        func bootstrap(isUnix: Bool) -> ServerBootstrap {
            makeBootstrap(
                ListenerTraits(index: index, isUnix: isUnix, readsProxyHeader: listener.readsProxyHeader)
            )
        }
        switch listener.address {
        case .tcp(let host, let port) where host.lowercased() == "localhost":
            let bootstrap = bootstrap(isUnix: false)
            let pair = try await LoopbackPair<any Channel>.bind(
                port: port,
                { try await bootstrap.bind(host: $0, port: $1).get() },
                portOf: { $0.localAddress?.port ?? 0 },
                close: { try? await $0.close() }
            )
            listeners.channels += pair.sockets
            let port = pair.sockets.first?.localAddress?.port
            listeners.bound.append(
                BoundListener(index: index, host: host, port: port, path: nil, missing: pair.missing)
            )
        case .tcp(let host, let port):
            let channel = try await bootstrap(isUnix: false).bind(host: host, port: port).get()
            listeners.channels.append(channel)
            let port = channel.localAddress?.port
            listeners.bound.append(BoundListener(index: index, host: host, port: port, path: nil))
        case .unix(let path, let mode):
            let socket = try UnixSocket(path: path, mode: mode)
            listeners.files.append(socket.file)
            listeners.channels.append(try await self.adopt(socket.descriptor, bootstrap(isUnix: true)))
            listeners.bound.append(BoundListener(index: index, host: nil, port: nil, path: path))
        case .descriptor(let descriptor):
            let address = SystemSocket.localAddress(of: descriptor)
            let isUnix = address?.protocol == .unix
            listeners.channels.append(try await self.adopt(descriptor, bootstrap(isUnix: isUnix)))
            listeners.bound.append(
                BoundListener(
                    index: index,
                    host: address?.ipAddress,
                    port: address?.port,
                    path: address?.pathname
                )
            )
        }
    }

    private func adopt(_ descriptor: CInt, _ bootstrap: ServerBootstrap) async throws -> any Channel {
        let channel = try await bootstrap.withBoundSocket(descriptor).get()
        SystemSocket.widenBacklog(of: descriptor)
        return channel
    }
}

/// Stops accepting for a moment when that fails, as it does when the process may open no more files.
///
/// NIO's own handler for this asks for no more reads, but the channel stays registered for them, so that the event loop
/// would be woken up again and again for a connection that it cannot accept.
@available(SwiftSSE 1.0, *)
final class AcceptPauseHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(200)

    private var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError, !self.isPaused, let options = context.channel.syncOptions {
            self.isPaused = true
            try? options.setOption(.autoRead, value: false)
            context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
                self.isPaused = false
                try? options.setOption(.autoRead, value: true)
            }
        }
        context.fireErrorCaught(error)
    }
}
