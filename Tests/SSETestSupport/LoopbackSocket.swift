#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A socket of TCP on the loopback address, for what no library does: to take a port without listening at it, and to
/// ask the system of a connection.
package final class LoopbackSocket: Sendable {
    package let descriptor: CInt

    package init() throws {
        #if canImport(Glibc)
        let kind = CInt(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        self.descriptor = socket(AF_INET, kind, 0)
        guard self.descriptor >= 0 else { throw LoopbackSocketError(code: errno) }
    }

    deinit { close(self.descriptor) }

    /// Takes a port that is free.
    package func bindToFreePort() throws -> Int {
        try self.withAddress(port: 0) { address, size in
            bind(self.descriptor, address, size.pointee) == 0 ? getsockname(self.descriptor, address, size) : -1
        }
    }

    /// Connects to a port.
    package func connect(to port: Int) throws {
        _ = try self.withAddress(port: port) { address, size in
            #if canImport(Darwin)
            Darwin.connect(self.descriptor, address, size.pointee)
            #elseif canImport(Musl)
            Musl.connect(self.descriptor, address, size.pointee)
            #else
            Glibc.connect(self.descriptor, address, size.pointee)
            #endif
        }
    }

    /// - Returns: The port that the address has afterwards.
    private func withAddress(
        port: Int,
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt
    ) throws -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &size) }
        }
        guard result == 0 else { throw LoopbackSocketError(code: errno) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// The system has refused a call.
struct LoopbackSocketError: Error {
    /// The system's error number.
    let code: CInt
}

/// Runs a closure with a port of this machine at which connections are refused: it is taken, and nobody listens.
///
/// A port that was merely free a moment ago may be another test's server by now.
package func withClosedPort<Result>(_ body: (Int) async throws -> Result) async throws -> Result {
    let socket = try LoopbackSocket()
    defer { withExtendedLifetime(socket) {} }
    return try await body(socket.bindToFreePort())
}
