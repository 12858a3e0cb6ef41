#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// How many files, and so connections, this process may have open.
enum OpenFiles {
    /// Files that are no connections: standard streams, event loops, listening sockets.
    private static let reserve = 64

    /// Raises the limit as far as the system lets us.
    ///
    /// - Returns: How many files may be open, and how many connections that makes possible.
    static func raiseLimit() throws -> (files: Int, connections: Int) {
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return (.max, .max) }
        limit.rlim_cur = limit.rlim_max
        #if canImport(Darwin)
        limit.rlim_cur = min(limit.rlim_cur, rlim_t(OPEN_MAX))
        #endif
        _ = setrlimit(resource, &limit)
        guard getrlimit(resource, &limit) == 0 else { return (.max, .max) }
        let files = Int(clamping: limit.rlim_cur)
        guard files > self.reserve else {
            throw CommandFailure("Only \(files) files may be open; raise the limit with ulimit -n.")
        }
        return (files, files - self.reserve)
    }
}
