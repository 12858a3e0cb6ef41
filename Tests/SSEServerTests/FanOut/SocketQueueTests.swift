internal import NIOCore
internal import SSETestSupport
internal import Testing

@testable internal import SSEServer

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// What is to be seen of a socket from outside.
struct SocketQueueTests {
    @Test func `The system tells what a peer has not acknowledged, and of what is no socket nothing`() throws {
        var pair: [CInt] = [0, 0]
        #if canImport(Glibc)
        let kind = CInt(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        try #require(socketpair(AF_UNIX, kind, 0, &pair) == 0)
        defer {
            close(pair[0])
            close(pair[1])
        }
        #expect(SocketQueue.unacknowledgedBytes(of: pair[0]) == 0)
        let sent = [UInt8](repeating: 1, count: 100).withUnsafeBytes { SocketQueue.send($0, to: pair[0]) }
        #expect(sent == 100)
        // Which the system counts with what it needs for them.
        #expect(try #require(SocketQueue.unacknowledgedBytes(of: pair[0])) >= 100)
        #expect(SocketQueue.unacknowledgedBytes(of: -1) == nil)
    }
}
