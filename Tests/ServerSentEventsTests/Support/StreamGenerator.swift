/// Makes up streams that are as nasty as they come, out of a seed.
struct StreamGenerator {
    var random: SplitMix64

    init(seed: UInt64) {
        self.random = SplitMix64(seed: seed)
    }

    /// A stream of a few lines to a few dozen.
    mutating func stream() -> [UInt8] {
        var stream = self.random.pick(Self.beginnings)
        // Nine out of ten times the sender keeps to one kind of line end.
        let lineEnd = self.random.pick(Self.lineEnds)
        for _ in 0..<self.random.number(below: 24) {
            stream += self.line()
            stream += self.random.chance(oneIn: 10) ? self.random.pick(Self.lineEnds) : lineEnd
            if self.random.chance(oneIn: 3) { stream += lineEnd }
        }
        return stream
    }

    /// Up to seven sizes for chunks, most of them tiny.
    mutating func chunkSizes() -> [Int] {
        (0..<self.random.number(below: 8)).map { _ in
            self.random.number(below: self.random.pick([2, 4, 20, 400]))
        }
    }

    private mutating func line() -> [UInt8] {
        switch self.random.number(below: 12) {
        case 0: return []
        case 1: return Array(":".utf8) + self.value()
        case 2:
            let count = self.random.number(below: 12)
            return self.random.bytes(count: count)
        default:
            let name = self.random.chance(oneIn: 4) ? self.random.pick(Self.nearMisses) : self.random.pick(Self.names)
            return name + self.random.pick(Self.separators) + self.value()
        }
    }

    private mutating func value() -> [UInt8] {
        var value: [UInt8] = []
        for _ in 0..<self.random.number(below: 4) {
            value += self.random.pick(Self.values)
        }
        if self.random.chance(oneIn: 12) {
            let count = self.random.number(below: 300)
            value += Array(repeating: self.random.pick(Array("xé: ".utf8)), count: count)
        }
        return value
    }

    private static let beginnings: [[UInt8]] = [
        [], [], [], [0xEF, 0xBB, 0xBF], [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF], [0xEF], [0xEF, 0xBB], [0xEF, 0xBB, 0x0A],
        [0xEF, 0x0D], [0xBB, 0xBF], [0x0A], [0x0D], [0xFE, 0xFF],
    ]

    private static let lineEnds = ["\n", "\r", "\r\n"].map { Array($0.utf8) }

    private static let names = ["data", "data", "data", "event", "id", "retry"].map { Array($0.utf8) }

    private static let nearMisses = [
        "", "d", "dat", "dataa", "Data", "DATA", " data", "data ", "data\t", "data\0", "\0data", "da-ta",
        "\u{FEFF}data", "e", "even", "events", "Event", "event ", "i", "ID", "Id", "idd", "id\0", "r", "retr",
        "retries", "Retry", "é",
    ].map { Array($0.utf8) }

    private static let separators = [":", ": ", ": ", ":  ", "::", ": :", "", " :", ":\t"].map { Array($0.utf8) }

    private static let values: [[UInt8]] =
        [
            "", " ", "x", ":", "0", "5", "00012", "+5", "-1", "1.5", "1e3", "9223372036854775807",
            "9223372036854775808", "99999999999999999999999", "٣", "é", "e\u{301}", "😀", "\u{FEFF}", "\u{2028}",
            "\u{85}", "\0", "\t", "\\n", "message", "QQ==", "QUI=", "QUJD", "QUJ", "=", "data: ", "\u{FFFD}",
        ].map { Array($0.utf8) } + [
            [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xFE], [0xEF, 0xBB],
        ]
}
