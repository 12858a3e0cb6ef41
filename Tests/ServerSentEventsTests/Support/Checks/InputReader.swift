/// Takes a fuzzer's input apart. Past its end it reads as zeros and empty arrays, so every input is a valid one.
struct InputReader {
    private var rest: ArraySlice<UInt8>

    init(_ input: [UInt8]) {
        self.rest = input[...]
    }

    var isAtEnd: Bool { self.rest.isEmpty }

    mutating func byte() -> UInt8 {
        self.rest.popFirst() ?? 0
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        let bytes = Array(self.rest.prefix(count))
        self.rest = self.rest.dropFirst(count)
        return bytes
    }

    mutating func bytes(before separator: UInt8) -> [UInt8] {
        let bytes = Array(self.rest.prefix { $0 != separator })
        self.rest = self.rest.dropFirst(bytes.count + 1)
        return bytes
    }

    mutating func remainder() -> [UInt8] {
        self.bytes(self.rest.count)
    }

    /// Sizes of chunks: how many, up to seven, and then one byte each. None means that the stream is one chunk.
    mutating func chunkSizes() -> [Int] {
        let count = Int(self.byte() & 0x07)
        return self.bytes(count).map(Int.init)
    }
}
