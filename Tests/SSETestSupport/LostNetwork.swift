package import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

#if os(Linux)
/// A network that swallows everything: the system drops whatever comes for a socket, so that its peer gets neither an
/// acknowledgement nor a reset.
package enum LostNetwork {
    /// `struct sock_fprog` of `linux/filter.h`.
    private struct Filter {
        var length: UInt16
        var instructions: UnsafeMutablePointer<UInt64>
    }

    /// Loses the network of a socket, for good.
    package static func lose(_ descriptor: CInt) throws {
        // A filter of one instruction: BPF_RET with 0, which keeps no byte of a segment.
        var instruction: UInt64 = 6
        let result = withUnsafeMutablePointer(to: &instruction) { instruction in
            var filter = Filter(length: 1, instructions: instruction)
            return setsockopt(
                descriptor,
                SOL_SOCKET,
                SO_ATTACH_FILTER,
                &filter,
                socklen_t(MemoryLayout<Filter>.size)
            )
        }
        if result != 0 { throw IOError(errnoCode: errno, reason: "SO_ATTACH_FILTER") }
    }
}

extension Channel {
    /// Loses the network of the channel's socket, for good.
    package func loseNetwork() async throws {
        try await self.eventLoop.submit {
            _ = try self.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                try LostNetwork.lose($0)
            }
        }.get()
    }
}

@available(SwiftSSE 1.0, *)
extension RawConnection {
    /// Loses the network, for good.
    package func loseNetwork() async throws { try await self.channel.loseNetwork() }
}
#endif
