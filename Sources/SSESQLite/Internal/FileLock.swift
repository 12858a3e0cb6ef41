#if SQLite
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// Keeps a log to one engine, by a lock on a file beside it.
///
/// Not on the log itself, because closing a file there would end the locks that SQLite has on it. The file stays when
/// the lock is given up: were it removed, two could have locks, one on the old file and one on the new. The system gives
/// the lock up when the process ends, in whatever way.
@available(SwiftSSE 1.0, *)
final class FileLock: Sendable {
    private let descriptor: Mutex<CInt?>

    /// Locks.
    ///
    /// - Parameter path: The log's path.
    /// - Throws: ``SQLiteEngineError`` if the lock is held already, or cannot be had.
    init(for path: String) throws(SQLiteEngineError) {
        let descriptor = open(path + "-lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw SQLiteEngineError(
                code: .cannotOpen,
                message: "'\(path)' cannot be opened: \(String(cString: strerror(errno)))."
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let owner = Self.readOwner(descriptor)
            close(descriptor)
            guard reason == EWOULDBLOCK else {
                throw SQLiteEngineError(
                    code: .cannotOpen,
                    message: "'\(path)' cannot be locked: \(String(cString: strerror(reason)))."
                )
            }
            throw SQLiteEngineError(
                code: .inUse,
                message: "'\(path)' is in use\(owner.map { " by the process \($0)" } ?? ""); a log has one engine."
            )
        }
        self.descriptor = Mutex(descriptor)
        // For people only, and for the message above.
        let owner = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, owner, owner.count, 0)
    }

    deinit {
        self.release()
    }

    /// Gives the lock up.
    func release() {
        self.descriptor.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }

    private static func readOwner(_ descriptor: CInt) -> String? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }
}
#endif
