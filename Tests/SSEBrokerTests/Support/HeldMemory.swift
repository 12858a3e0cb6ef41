@testable import SSEBroker

#if canImport(Darwin)
import Darwin
#else
/// Of glibc's `malloc.h`, which has no module.
@_silgen_name("malloc_usable_size") private func malloc_size(_ memory: UnsafeRawPointer) -> Int
#endif

/// The memory that values hold, as the allocator has given it out: each piece once, whoever shares it.
///
/// It is found by looking into the values, so that other tests may run meanwhile.
struct HeldMemory {
    private(set) var byteCount = 0
    private var pieces: Set<UnsafeRawPointer> = []

    /// Counts a piece, if it has not been seen, with the allocator's own word.
    private mutating func count(_ piece: UnsafeRawPointer) {
        if self.pieces.insert(piece).inserted { self.byteCount += malloc_size(piece) + 8 }
    }

    mutating func count<Element>(_ array: [Element]) {
        if array.capacity > 0 { self.count(unsafeBitCast(array, to: UnsafeRawPointer.self)) }
    }

    mutating func count(_ text: String) {
        let object = unsafeBitCast(text, to: (UInt, UInt).self).1
        // Neither a literal nor one that is in the string's own 16 bytes.
        guard object >> 60 == 0, let piece = UnsafeRawPointer(bitPattern: object) else { return }
        self.count(piece)
    }

    @available(SwiftSSE 1.0, *)
    mutating func count(_ record: LogRecord) {
        self.count(record.frame.chunk)
        self.count(record.topics)
        for topic in record.topics { self.count(topic.rawValue) }
        if let id = record.publisherID { self.count(id) }
    }

    @available(SwiftSSE 1.0, *)
    private mutating func count<Name>(_ index: NameIndex<Name>) {
        if index.lists.capacity > 0 { self.count(unsafeBitCast(index.lists, to: UnsafeRawPointer.self)) }
        for (name, list) in index.lists {
            self.count(name.text)
            self.count(unsafeBitCast(list.elements, to: UnsafeRawPointer.self))
        }
    }

    @available(SwiftSSE 1.0, *)
    mutating func count(_ log: EventLog) {
        if !log.entries.isEmpty { self.count(unsafeBitCast(log.entries, to: UnsafeRawPointer.self)) }
        for record in log.records { self.count(record) }
        self.count(log.topics)
        self.count(log.ids)
    }

    /// The bytes of memory that a log holds.
    @available(SwiftSSE 1.0, *)
    static func of(_ log: EventLog) -> Int {
        var memory = HeldMemory()
        memory.count(log)
        return memory.byteCount
    }
}
