internal import DequeModule

/// The memory that the pieces of a log take: of each, its bytes with what stands before them and what the allocator
/// adds.
///
/// They are bounds from above for 64-bit platforms, and near: what is held is seldom a tenth less, and not more but for
/// what an allocator has over and leaves with a piece.
enum HeldBytes {
    /// The allocator's own word, and what it rounds up.
    private static let allocation = 24
    /// Large pieces are rounded up to whole pages.
    private static let (largeBytes, page) = (64 * 1024, 4096)

    /// A piece of memory, with what stands before its bytes.
    private static func piece(_ byteCount: Int) -> Int {
        byteCount + Self.allocation + (byteCount >= Self.largeBytes ? Self.page : 0)
    }

    /// A text; one of up to 15 bytes needs no memory of its own.
    static func text(_ text: String) -> Int {
        let count = text.utf8.count
        return count <= 15 ? 0 : Self.piece(32 + count + 1)
    }

    /// An array's storage.
    static func array(capacity: Int, stride: Int) -> Int { capacity == 0 ? 0 : Self.piece(32 + capacity * stride) }

    /// A deque's storage.
    static func deque(capacity: Int, stride: Int) -> Int { capacity == 0 ? 0 : Self.piece(40 + capacity * stride) }

    /// A dictionary's storage: a quarter of the buckets stays empty, and each has a bit in a map.
    static func dictionary(capacity: Int, stride: Int) -> Int {
        let bucketCount = (capacity * 4 + 2) / 3 + 1
        return capacity == 0 ? 0 : Self.piece(80 + bucketCount * stride + bucketCount / 8)
    }
}

/// A queue that gives memory back when it has become short, and knows what it takes.
///
/// A deque keeps the room that it once needed, and grows by half. So the room is that of the most elements since the
/// storage was made, and half as much again; it is made anew when three quarters of it have become free.
struct LeanDeque<Element> {
    private(set) var elements: Deque<Element> = []
    /// The most elements that there have been in this storage.
    private var peak = 0

    /// The bytes that the queue takes, without what its elements refer to.
    var byteCount: Int {
        HeldBytes.deque(capacity: (self.peak * 3 + 1) / 2, stride: MemoryLayout<Element>.stride)
    }

    mutating func append(_ element: Element) {
        self.elements.append(element)
        self.peak = max(self.peak, self.elements.count)
    }

    mutating func removeFirst() -> Element {
        let element = self.elements.removeFirst()
        let count = self.elements.count
        if count == 0 {
            self.elements = []
            self.peak = 0
        } else if self.peak > 16, count < self.peak / 4 {
            var elements = Deque<Element>(minimumCapacity: count)
            elements.append(contentsOf: self.elements)
            self.elements = elements
            self.peak = count
        }
        return element
    }
}

extension LeanDeque: Sendable where Element: Sendable {}
