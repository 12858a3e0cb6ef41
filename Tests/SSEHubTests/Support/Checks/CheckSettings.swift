import NIOCore

/// What the first four bytes of an input of ``ConnectionCheck`` and ``FrameCheck`` say.
///
/// The first is of bits, the second and the third are the sizes of the pieces in which the bytes come, in turn, where 0
/// stands for all that is left, and the fourth is the time between two pieces in tenths of a second.
///
/// | bits | meaning |
/// |---|---|
/// | 0 | whether tokens are asked for, and subscriptions told of |
/// | 1 | whether the connection is that of a trusted proxy, and an address has one connection |
/// | 2 | whether the client reads nothing |
/// | 3 | whether the connection is one too many |
/// | 4 | whether an event is published after each piece |
/// | 5 and 6 | how the client ends: not at all, by closing its half, by closing, by both one after the other |
/// | 7 | whether limits are tight |
struct CheckSettings {
    enum Ending: UInt8 {
        case none, half, whole, halfThenWhole
    }

    static let byteCount = 4
    /// So that an input of one piece for each byte costs no more than others.
    private static let maximumPieces = 64

    let asksForTokens: Bool
    let isProxy: Bool
    let isStuck: Bool
    let isRefused: Bool
    let publishes: Bool
    let ending: Ending
    let isTight: Bool
    let pause: TimeAmount
    private let sizes: [Int]

    /// - Returns: `nil` if the input has fewer bytes.
    init?(_ input: some Collection<UInt8>) {
        let bytes = Array(input.prefix(Self.byteCount))
        guard bytes.count == Self.byteCount else { return nil }
        func bit(_ number: UInt8) -> Bool { bytes[0] >> number & 1 == 1 }
        self.asksForTokens = bit(0)
        self.isProxy = bit(1)
        self.isStuck = bit(2)
        self.isRefused = bit(3)
        self.publishes = bit(4)
        self.ending = Ending(rawValue: bytes[0] >> 5 & 3) ?? .none
        self.isTight = bit(7)
        self.sizes = [Int(bytes[1]), Int(bytes[2])]
        // No less than what a shard waits for, so that events are on their way before the next piece comes.
        self.pause = max(.milliseconds(5), .milliseconds(100 * Int64(bytes[3])))
    }

    /// Cuts bytes.
    func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let size = self.sizes[pieces.count % 2]
            let isLast = size == 0 || pieces.count == Self.maximumPieces
            pieces.append(isLast ? rest : rest.prefix(size))
            rest = isLast ? [] : rest.dropFirst(size)
        }
        return pieces
    }
}
