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

    /// Raises the limit as far as the system lets us, and lowers the number of connections to what fits.
    static func raiseLimit(for connections: inout Int) throws {
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        #if canImport(Darwin)
        limit.rlim_cur = min(limit.rlim_cur, rlim_t(OPEN_MAX))
        #endif
        _ = setrlimit(resource, &limit)
        guard getrlimit(resource, &limit) == 0 else { return }
        let possible = Int(clamping: limit.rlim_cur) - self.reserve
        guard possible > 0 else {
            throw CommandFailure("Only \(limit.rlim_cur) files may be open; raise the limit with ulimit -n.")
        }
        if connections > possible {
            StandardError.writeLine(
                "Only \(possible) connections are possible, since \(limit.rlim_cur) files may be open (ulimit -n)."
            )
            connections = possible
        }
    }
}
