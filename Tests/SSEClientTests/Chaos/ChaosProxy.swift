internal import NIOCore
internal import NIOPosix
internal import SSETestSupport
internal import Synchronization

/// Stands between client and server, and breaks every connection in some way.
@available(SwiftSSE 1.0, *)
final class ChaosProxy: Sendable {
    private typealias Upstream = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let port: Int
    private let generator: Mutex<SeededGenerator>

    init(to port: Int, seed: UInt64) {
        self.port = port
        self.generator = Mutex(SeededGenerator(seed: seed))
    }

    /// Passes a request on, and of the response what the fault lets through.
    func serve(_ connection: inout TestConnection, _ request: RawRequest) async throws {
        var fault = self.generator.withLock { Fault(using: &$0) }
        let upstream = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_rcvbuf), value: 8192)
            .connect(host: "127.0.0.1", port: self.port) { channel in
                channel.eventLoop.makeCompletedFuture { try Upstream(wrappingChannelSynchronously: channel) }
            }
        try await upstream.executeThenClose { inbound, outbound in
            let head = request.lines.map { $0 + Array("\r\n".utf8) }.joined() + Array("\r\n".utf8)
            try await outbound.write(ByteBuffer(bytes: head))
            for try await buffer in inbound {
                let bytes = Array(buffer.readableBytesView.prefix(fault.byteCount))
                fault.byteCount -= bytes.count
                try await self.send(bytes, to: connection, isSplit: fault.kind == .split)
                if fault.byteCount == 0 { break }
            }
        }
        switch fault.kind {
        case .cut, .split: break
        case .reset: try await connection.reset()
        case .halfClose:
            try await connection.closeOutput()
            await connection.waitForClose()
        case .stall: if fault.byteCount == 0 { await connection.waitForClose() }
        }
    }

    private func send(_ bytes: [UInt8], to connection: TestConnection, isSplit: Bool) async throws {
        // The last bytes, where the fault is.
        let whole = isSplit ? max(0, bytes.count - 50) : bytes.count
        try await connection.send(Array(bytes[..<whole]))
        for byte in bytes[whole...] { try await connection.send([byte]) }
    }
}
