import Foundation
import SSEHub
import SSEHTTPServer
import SSEServer

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// The sockets that systemd has opened for this process, by the protocol of
/// [sd_listen_fds(3)](https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html).
@available(SwiftSSE 1.0, *)
struct PassedSockets {
    private struct Passed {
        let descriptor: Int32
        let name: String
    }

    /// The first descriptor that is passed.
    private static let start: Int32 = 3

    private var sockets: [Passed] = []

    /// Takes the sockets over, if they are for this process: programs that it starts do not get them, nor are they told
    /// of.
    ///
    /// Call it before there are other threads, which might look at the environment.
    static func takeOver() throws -> PassedSockets {
        let environment = ProcessInfo.processInfo.environment
        let (process, count) = (environment["LISTEN_PID"], environment["LISTEN_FDS"])
        let names = environment["LISTEN_FDNAMES"]?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        for variable in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { _ = unsetenv(variable) }
        var passed = PassedSockets()
        guard let process, Int32(process) == getpid() else { return passed }
        guard let count = count.flatMap({ Int32($0) }), (0...1024).contains(count) else {
            throw CommandFailure("LISTEN_FDS is not a number of sockets; leave it to systemd.")
        }
        for index in 0..<count {
            let descriptor = Self.start + index
            SystemSocket.setCloseOnExec(descriptor)
            let name = Int(index) < names.count ? String(names[Int(index)]) : "unknown"
            guard SystemSocket.isListener(descriptor) else {
                throw CommandFailure(
                    "systemd passes \(name.printable) (fd \(descriptor)), on which the hub cannot accept connections; use "
                        + "ListenStream= and Accept=no in the unit."
                )
            }
            passed.sockets.append(Passed(descriptor: descriptor, name: name))
        }
        return passed
    }

    /// The name of a socket that is left.
    var first: String? { self.sockets.first?.name }

    /// Takes all sockets out, or all of a name.
    ///
    /// - Parameter isCheck: A Boolean value that indicates whether there may be none.
    mutating func take(named name: String?, isCheck: Bool) throws -> [HubListener.Address] {
        let taken = self.sockets.filter { name == nil || $0.name == name }
        guard !taken.isEmpty || isCheck else {
            throw CommandFailure(
                "systemd has passed no socket\(name.map { " of the name \($0.printable)" } ?? ""); start the hub by its "
                    + "unit, with a .socket unit beside it."
            )
        }
        self.sockets.removeAll { socket in taken.contains { $0.descriptor == socket.descriptor } }
        return taken.map { .descriptor($0.descriptor) }
    }
}
