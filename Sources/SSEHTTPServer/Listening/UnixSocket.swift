internal import NIOCore

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// A socket in the file system that is bound, and does not listen yet.
@available(SwiftSSE 1.0, *)
struct UnixSocket {
    let descriptor: CInt
    let file: UnixSocketFile

    /// Binds a socket to a path and gives its file these permissions.
    ///
    /// Nobody can connect before the socket listens, so nobody can with other permissions. A file of a socket that
    /// nobody listens on any more, as a hub that was killed leaves behind, is replaced; any other file is left alone.
    ///
    /// - Throws: ``ServerConfigurationError`` with the code `socketUnusable`.
    init(path: String, mode: UInt16) throws(ServerConfigurationError) {
        guard let address = try? SocketAddress(unixDomainSocketPath: path), !path.isEmpty else {
            throw .socket("The path '\(path)' is too long for a socket, or empty; choose one of at most 100 bytes.")
        }
        try Self.makeRoom(at: path, address)
        let descriptor = SystemSocket.makeUnix()
        guard descriptor >= 0 else { throw .socket("Cannot make a socket: \(Self.lastError).") }
        let isBound = address.withSockAddr { bind(descriptor, $0, socklen_t($1)) == 0 }
        guard isBound else {
            let reason = Self.lastError
            _ = close(descriptor)
            throw .socket(
                "Cannot make the socket '\(path)': \(reason); is its directory there, and the hub's to write?"
            )
        }
        guard chmod(path, mode_t(mode)) == 0, let file = UnixSocketFile(path) else {
            let reason = Self.lastError
            _ = unlink(path)
            _ = close(descriptor)
            throw .socket("Cannot set who may use the socket '\(path)': \(reason).")
        }
        self.descriptor = descriptor
        self.file = file
    }

    /// Removes what a server has left behind that was killed.
    private static func makeRoom(at path: String, _ address: SocketAddress) throws(ServerConfigurationError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw .socket("'\(path)' is there and is not a socket; choose another path, or move it away.")
        }
        guard Self.isLeft(address) else {
            throw .socket("Somebody listens on '\(path)' already; choose another path, or stop the other program.")
        }
        guard unlink(path) == 0 else {
            throw .socket("Nobody listens on '\(path)', but it cannot be removed: \(Self.lastError).")
        }
    }

    /// A Boolean value that indicates whether nobody listens on a socket. If the system does not tell, somebody does.
    private static func isLeft(_ address: SocketAddress) -> Bool {
        let descriptor = SystemSocket.makeUnix()
        guard descriptor >= 0 else { return false }
        defer { _ = close(descriptor) }
        // One with a full backlog would be waited for.
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return address.withSockAddr { connect(descriptor, $0, socklen_t($1)) != 0 && errno == ECONNREFUSED }
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}

/// The file of a socket that a server has made.
@available(SwiftSSE 1.0, *)
struct UnixSocketFile: Sendable {
    let path: String
    private let device: UInt64
    private let number: UInt64

    fileprivate init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.path = path
        self.device = UInt64(truncatingIfNeeded: status.st_dev)
        self.number = UInt64(truncatingIfNeeded: status.st_ino)
    }

    /// Removes the file, unless another server has put its own there meanwhile.
    func remove() {
        guard let now = UnixSocketFile(self.path), now.device == self.device, now.number == self.number else { return }
        _ = unlink(self.path)
    }
}

@available(SwiftSSE 1.0, *)
extension ServerConfigurationError {
    fileprivate static func socket(_ message: String) -> ServerConfigurationError {
        ServerConfigurationError(.socketUnusable, message)
    }
}
