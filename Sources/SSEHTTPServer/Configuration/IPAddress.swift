internal import NIOCore

/// An address of IPv4 or IPv6, as a number. One of IPv4 is the address of IPv6 that it is mapped to, so that both ways to
/// write it are the same.
@available(SwiftSSE 1.0, *)
struct IPAddress: Sendable, Hashable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init?(_ address: SocketAddress) {
        // At these places in all systems' structures, which begin with the family, the port, and for IPv6 the flow.
        switch address {
        case .v4(let address):
            let bits = withUnsafeBytes(of: address.address) { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) }
            self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(UInt32(bigEndian: bits)))
        case .v6(let address):
            let bits = withUnsafeBytes(of: address.address) {
                $0.loadUnaligned(fromByteOffset: 8, as: SIMD2<UInt64>.self)
            }
            self.init(high: UInt64(bigEndian: bits[0]), low: UInt64(bigEndian: bits[1]))
        case .unixDomainSocket:
            return nil
        }
    }

    /// Reads an address as people write it.
    init?(_ text: some StringProtocol) {
        // Not even the longest one with a name of an interface is longer; so nothing long is copied.
        guard text.utf8.count <= 64, let address = try? SocketAddress(ipAddress: String(text), port: 0) else {
            return nil
        }
        self.init(address)
    }

    /// Reads an address as proxies write it, perhaps with brackets and a port.
    init?(node: some StringProtocol) {
        if node.first == "[" {
            guard let end = node.firstIndex(of: "]") else { return nil }
            let rest = node[node.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            self.init(node[node.index(after: node.startIndex)..<end])
        } else if let colon = node.firstIndex(of: ":"), node[node.index(after: colon)...].firstIndex(of: ":") == nil {
            self.init(node[..<colon])
        } else {
            self.init(node)
        }
    }

    var isIPv4: Bool { self.high == 0 && self.low >> 32 == 0xFFFF }

    /// A Boolean value that indicates whether the address is one of this machine's own for itself.
    var isLoopback: Bool { self.isIPv4 ? self.low >> 24 & 0xFF == 127 : self.high == 0 && self.low == 1 }

    /// What all addresses have in common that one client may use: that of IPv4, the first 64 bits of one of IPv6.
    var client: IPAddress { self.isIPv4 ? self : IPAddress(high: self.high, low: 0) }
}

@available(SwiftSSE 1.0, *)
extension IPAddress: CustomStringConvertible {
    var description: String {
        var bytes = ByteBuffer()
        if self.isIPv4 {
            bytes.writeInteger(UInt32(truncatingIfNeeded: self.low))
        } else {
            bytes.writeInteger(self.high)
            bytes.writeInteger(self.low)
        }
        return (try? SocketAddress(packedIPAddress: bytes, port: 0))?.ipAddress ?? ""
    }
}

/// Addresses that begin with the same bits.
@available(SwiftSSE 1.0, *)
struct IPNetwork: Sendable, Hashable {
    private let address: IPAddress
    private let highMask: UInt64
    private let lowMask: UInt64

    /// Reads an address, or one with the length of the prefix behind a slash.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        let base = address.isIPv4 ? 96 : 0
        var length = 128
        if parts.count == 2 {
            guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
                let number = Int(parts[1]), number <= 128 - base
            else {
                return nil
            }
            length = base + number
        }
        self.highMask = Self.mask(min(length, 64))
        self.lowMask = Self.mask(max(length - 64, 0))
        self.address = IPAddress(high: address.high & self.highMask, low: address.low & self.lowMask)
    }

    private static func mask(_ length: Int) -> UInt64 { length == 0 ? 0 : ~0 << (64 - length) }

    func contains(_ address: IPAddress) -> Bool {
        address.high & self.highMask == self.address.high && address.low & self.lowMask == self.address.low
    }
}
