/// A copy of a chunk at an address that stays, because a cursor points into it from one event to the next.
///
/// Copying a chunk once costs a hundredth of what making all of its events at once and keeping them did.
final class ChunkStorage {
    /// What is kept for the next chunk at most.
    private static let keptCapacity = 64 * 1024

    private var memory: UnsafeMutableBufferPointer<UInt8>

    init() {
        self.memory = UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    deinit {
        self.memory.deallocate()
    }

    /// Takes the bytes in place of those before, to which nothing may point any more.
    ///
    /// - Parameter bytes: The bytes, at least one.
    /// - Returns: The copy.
    func fill(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        if self.memory.count < bytes.count {
            self.memory.deallocate()
            self.memory = .allocate(capacity: bytes.count)
        }
        _ = self.memory.update(fromContentsOf: bytes)
        return UnsafeBufferPointer(rebasing: self.memory[..<bytes.count])
    }

    /// Gives back the memory of a large chunk.
    func clear() {
        guard self.memory.count > Self.keptCapacity else { return }
        self.memory.deallocate()
        self.memory = UnsafeMutableBufferPointer(start: nil, count: 0)
    }
}
