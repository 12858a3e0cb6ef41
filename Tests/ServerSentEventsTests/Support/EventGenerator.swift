internal import ServerSentEvents

/// Makes up events out of a seed: line ends, spaces, colons and bytes that are no text where others do not expect them.
@available(SwiftSSE 1.0, *)
struct EventGenerator {
    var random: SplitMix64

    init(seed: UInt64) {
        self.random = SplitMix64(seed: seed)
    }

    mutating func event() -> ServerSentEvent {
        var event = ServerSentEvent(data: self.text(from: Self.anyPieces))
        if self.random.chance(oneIn: 2), let type = try? ServerSentEvent.EventType(self.text(from: Self.linePieces)) {
            event.type = type
        }
        if self.random.chance(oneIn: 2) {
            event.id = try? ServerSentEvent.EventID(self.text(from: Self.linePieces))
        }
        if self.random.chance(oneIn: 3) {
            event.retry = .milliseconds(self.random.pick([0, 1, 3000, .max]))
        }
        if self.random.chance(oneIn: 4) {
            let count = self.random.number(below: 80)
            event.bytes = self.random.bytes(count: count)
        }
        return event
    }

    private mutating func text(from pieces: [String]) -> String {
        (0..<self.random.number(below: 7)).map { _ in self.random.pick(pieces) }.joined()
    }

    private static let linePieces = [
        " ", ":", "a", "message", "data: ", "é", "e\u{301}", "😀", "\u{FEFF}", "\u{2028}", "\u{85}", "\t", "0",
        "long enough not to be kept in place",
    ]

    private static let anyPieces =
        Self.linePieces + ["\n", "\n", "\r", "\r\n", "\n\n", "\0", "\nevent: x\n", "\rid: 1\r"]
}
