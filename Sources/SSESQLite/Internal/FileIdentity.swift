#if SQLite
#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

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
