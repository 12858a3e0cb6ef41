internal import NIOCore

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// The sockets of `localhost`: one for each family that the machine has, with the same port.
struct LoopbackPair<Socket> {
    let sockets: [Socket]
    /// The addresses that the machine does not have.
    let missing: [String]
}

@available(SwiftSSE 1.0, *)
extension LoopbackPair {
    /// The number of times that another port is tried when one that was free for IPv4 is in use for IPv6.
    private static var attempts: Int { 16 }

    /// Binds both.
    ///
    /// - Parameters:
    ///   - port: The port, 0 for any that is free for both.
    ///   - bind: Binds a socket to an address.
    ///   - portOf: The port that a socket has got.
    ///   - close: Gives a socket up.
    /// - Throws: What `bind` throws, unless one of the addresses is missing only.
    static func bind(
        port: Int,
        _ bind: (_ host: String, _ port: Int) async throws -> Socket,
        portOf: (Socket) -> Int,
        close: (Socket) async -> Void
    ) async throws -> LoopbackPair {
        var attempt = 1
        while true {
            let first: Socket
            do {
                first = try await bind("127.0.0.1", port)
            } catch  where Self.isMissing(error) {
                return LoopbackPair(sockets: [try await bind("::1", port)], missing: ["127.0.0.1"])
            }
            do {
                return LoopbackPair(sockets: [first, try await bind("::1", portOf(first))], missing: [])
            } catch  where Self.isMissing(error) {
                return LoopbackPair(sockets: [first], missing: ["::1"])
            } catch {
                await close(first)
                guard port == 0, attempt < Self.attempts, (error as? IOError)?.errnoCode == EADDRINUSE else {
                    throw error
                }
                attempt += 1
            }
        }
    }

    /// A Boolean value that indicates whether an error says that the machine has no such address, or not its family.
    private static func isMissing(_ error: any Error) -> Bool {
        [EADDRNOTAVAIL, EAFNOSUPPORT].contains((error as? IOError)?.errnoCode)
    }
}
