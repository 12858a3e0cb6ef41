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
