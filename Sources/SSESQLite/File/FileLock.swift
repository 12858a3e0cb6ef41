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
/// the lock is given up: were it removed, two could have locks, one on the old file and one on the new. The system
/// gives the lock up when the process ends, in whatever way.
@available(SwiftSSE 1.0, *)
final class FileLock: Sendable {
    private let descriptor: Mutex<CInt?>

    /// What the engine before this one has noted last, `nil` if nobody knows.
    let note: LogNote?

    /// Locks.
    ///
    /// - Parameter path: The log's path.
    /// - Throws: ``SQLiteEngineError`` if the lock is held already, or cannot be had.
    init(for path: String) throws(SQLiteEngineError) {
        let descriptor = open(path + "-lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
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
        self.note = Self.readNote(descriptor)
        _ = ftruncate(descriptor, 0)
        self.write(self.note)
    }

    /// Notes how long the log is, as soon as others are told so: a log that is shorter later on has lost something.
    ///
    /// It is not waited for that the disk has it, since it is not missed after a failure of the machine, which the log
    /// itself knows of.
    func write(_ note: LogNote?) {
        // The process is for people, and for the message above.
        let text = "\(getpid())\n" + (note.map { "\($0.epoch) \($0.last)\n" } ?? "")
        self.descriptor.withLock { descriptor in
            guard let descriptor else { return }
            let bytes = Array(text.utf8)
            _ = pwrite(descriptor, bytes, bytes.count, 0)
        }
    }

    deinit {
        self.release()
    }

    /// Gives the lock up.
    ///
    /// Closing alone would not, while a process that is just being started has a copy of the descriptor.
    func release() {
        self.descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            flock(open, LOCK_UN)
            close(open)
            descriptor = nil
        }
    }

    private static func lines(_ descriptor: CInt) -> [Substring] {
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    private static func readOwner(_ descriptor: CInt) -> String? {
        self.lines(descriptor).first.flatMap { UInt32($0) }.map(String.init)
    }

    private static func readNote(_ descriptor: CInt) -> LogNote? {
        let lines = self.lines(descriptor)
        // With the line end, as it is written.
        guard lines.count >= 3 else { return nil }
        let numbers = lines[1].split(separator: " ").map { UInt64($0) }
        guard numbers.count == 2, let epoch = numbers[0], let last = numbers[1] else { return nil }
        return LogNote(epoch: epoch, last: last)
    }
}

/// How long a log has been.
@available(SwiftSSE 1.0, *)
struct LogNote: Sendable, Equatable {
    let epoch: UInt64
    /// The newest event's number.
    let last: UInt64
}

/// Which file is at a path, whatever its name is later.
@available(SwiftSSE 1.0, *)
struct FileIdentity: Sendable, Equatable {
    let path: String
    private let device: UInt64
    private let number: UInt64

    /// - Returns: `nil` if there is no file.
    init?(_ path: String) {
        guard let status = Self.status(of: path) else { return nil }
        self.path = path
        self.device = UInt64(truncatingIfNeeded: status.st_dev)
        self.number = UInt64(truncatingIfNeeded: status.st_ino)
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    /// How many bytes a file has, `nil` if there is none.
    static func size(of path: String) -> Int? { Self.status(of: path).map { Int($0.st_size) } }

    /// Refuses what SQLite would wait for, or would not find its own files beside.
    static func check(_ path: String) throws(SQLiteEngineError) {
        for path in [path, path + "-wal", path + "-lock"] {
            guard let status = Self.status(of: path) else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG, S_IFDIR: break
            default:
                throw SQLiteEngineError(code: .notALog, message: "'\(path)' is not a file; it is left as it is.")
            }
        }
        // The files beside it have the name that it is opened by, so that each of two engines would have its own.
        guard let status = Self.status(of: path), status.st_mode & S_IFMT == S_IFREG, status.st_nlink > 1 else {
            return
        }
        throw SQLiteEngineError(
            code: .cannotOpen,
            message:
                "'\(path)' has \(status.st_nlink) names (hard links); a log has one, or it is not safe from others."
        )
    }

    /// Makes an empty file that nobody else may read, where there is none. SQLite gives those beside it the same rights.
    ///
    /// - Returns: A Boolean value that indicates whether it has been made.
    static func create(_ path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }
}
#endif
