extension [UInt8] {
    /// The bytes in chunks of these sizes, which are used again from the first when all have been used.
    ///
    /// A size of zero makes an empty chunk. Without a size above zero, all bytes are one chunk.
    package func chunks(of sizes: [Int]) -> [[UInt8]] {
        guard sizes.contains(where: { $0 > 0 }) else { return [self] }
        var chunks: [[UInt8]] = []
        var rest = self[...]
        var turn = 0
        while !rest.isEmpty {
            let size = sizes[turn % sizes.count]
            chunks.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
            turn += 1
        }
        return chunks
    }

    /// The bytes in chunks of one size.
    package func chunks(of size: Int) -> [[UInt8]] {
        self.chunks(of: [size])
    }

    /// Two chunks.
    package func cut(at index: Int) -> [[UInt8]] {
        [Array(self[..<index]), Array(self[index...])]
    }

    /// Every way to cut the bytes in two.
    package var allCuts: [[[UInt8]]] {
        (0...self.count).map { self.cut(at: $0) }
    }
}
