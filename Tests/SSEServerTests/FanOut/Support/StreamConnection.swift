internal import NIOCore
internal import NIOPosix

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The client's end of an event stream, which can stop reading and can leave in several ways.
@available(SwiftSSE 1.0, *)
struct StreamConnection: Sendable {
    /// How a client leaves.
    enum Cut: CaseIterable, Sendable {
        /// Says that nothing more comes, and takes nothing more.
        case close
        /// As a process that crashes.
        case reset
        /// Says that nothing more comes, and reads on.
        case halfClose
    }

    /// How much of what is sent the system keeps for a client that does not read.
    enum Buffers: Sendable {
        case standard
        /// So little that a server which sends more than ``smallByteCount`` has to wait. A short segment keeps the
        /// server's buffer small, which grows with it, and which a client has no other hold on.
        case small

        /// More than what the systems of both ends keep.
        static let smallByteCount = 256 * 1024
    }

    private let channel: any Channel
    private let reader: NIOLoopBound<StreamReader>

    /// Connects to a port of this machine, and sends a request.
    static func connect(
        to port: Int,
        buffers: Buffers = .standard,
        fields: [String]
    ) async throws -> StreamConnection {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: false)
        if case .small = buffers {
            bootstrap =
                bootstrap
                .channelOption(.socketOption(.so_rcvbuf), value: 16 * 1024)
                .channelOption(ChannelOptions.socket(.init(IPPROTO_TCP), .init(TCP_MAXSEG)), value: 1024)
        }
        let connection = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                let reader = StreamReader()
                try channel.pipeline.syncOperations.addHandler(reader)
                let bound = NIOLoopBound(reader, eventLoop: channel.eventLoop)
                return StreamConnection(channel: channel, reader: bound)
            }
        }
        let request = (["GET / HTTP/1.1", "Host: localhost"] + fields + ["", ""]).joined(separator: "\r\n")
        try await connection.channel.writeAndFlush(ByteBuffer(string: request))
        return connection
    }

    private init(channel: any Channel, reader: NIOLoopBound<StreamReader>) {
        self.channel = channel
        self.reader = reader
    }

    // MARK: Reading

    var progress: StreamReader.Progress {
        get async throws { try await self.channel.eventLoop.submit { self.reader.value.progress }.get() }
    }

    /// What has come since this was last asked for.
    func takeItems() async throws -> [StreamItem] {
        try await self.channel.eventLoop.submit { self.reader.value.takeItems() }.get()
    }

    /// Waits until the stream has come so far, and fails after a time that only a bug can take.
    func wait(
        within limit: TimeAmount = .seconds(60),
        until isSatisfied: @escaping @Sendable (StreamReader.Progress) -> Bool
    ) async throws {
        let eventLoop = self.channel.eventLoop
        try await eventLoop.flatSubmit { () -> EventLoopFuture<Void> in
            let promise = self.reader.value.wait(on: eventLoop, until: isSatisfied)
            let deadline = eventLoop.scheduleTask(in: limit) { promise.fail(Late()) }
            promise.futureResult.whenComplete { _ in deadline.cancel() }
            return promise.futureResult
        }.get()
    }

    /// Stops reading, or goes on.
    func setReading(_ isReading: Bool) async throws {
        try await self.channel.setOption(.autoRead, value: isReading).get()
        if isReading { self.channel.read() }
    }

    // MARK: Leaving

    func cut(_ cut: Cut) async throws {
        switch cut {
        case .close:
            break
        case .reset:
            if let socket = self.channel as? any SocketOptionProvider {
                try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            }
        case .halfClose:
            // The server has to notice and to close its half, which is seen by who reads.
            try? await self.channel.close(mode: .output)
            try? await self.setReading(true)
            try await self.wait { $0.isClosed }
        }
        try? await self.channel.close()
    }
}
