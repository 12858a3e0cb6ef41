/// The fields of the current event that lie in the current chunk, as ranges of it; those without an address are not there.
///
/// An event that lies in one chunk as a whole never leaves this form: nothing of it is copied.
@usableFromInline
struct FieldRanges {
    @usableFromInline
    var type = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    @usableFromInline
    var data = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    @usableFromInline
    var id = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    /// The comment that has just been read.
    var comment = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    /// The id of the last block that was dispatched.
    @usableFromInline
    var committedID = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    /// How many more bytes the event may have.
    @usableFromInline
    var room = 0

    init(room: Int) {
        self.room = room
    }

    /// Forgets the fields of the current event, which has been dispatched.
    ///
    /// - Parameter room: How many bytes the next event may have.
    @inlinable
    @inline(__always)
    mutating func endEvent(room: Int) {
        if self.id.baseAddress != nil { self.committedID = self.id }
        self.clear()
        self.room = room
    }

    /// Forgets the fields of the current event.
    @inlinable
    @inline(__always)
    mutating func clear() {
        self.type = UnsafeBufferPointer(start: nil, count: 0)
        self.data = UnsafeBufferPointer(start: nil, count: 0)
        self.id = UnsafeBufferPointer(start: nil, count: 0)
    }

    /// There is neither a type nor an id.
    var hasDataOnly: Bool { self.type.baseAddress == nil && self.id.baseAddress == nil }

    /// The type in the form in which events have it; ``ShortText/none`` if it is too long for that.
    @inlinable
    @inline(__always)
    var shortType: ShortText { self.type.baseAddress == nil ? .message : Self.shortType(self.type) }

    /// The id in the form in which events have it; ``ShortText/none`` if there is none, or it is too long for that.
    @inlinable
    @inline(__always)
    var shortID: ShortText { self.id.baseAddress == nil ? .none : Self.shortID(self.id) }

    @usableFromInline
    @inline(never)
    static func shortType(_ bytes: UnsafeBufferPointer<UInt8>) -> ShortText {
        bytes.isEmpty ? .message : ShortText(bytes) ?? .none
    }

    @usableFromInline
    @inline(never)
    static func shortID(_ bytes: UnsafeBufferPointer<UInt8>) -> ShortText {
        ShortText(bytes) ?? .none
    }
}

/// A line that is not empty, taken apart.
///
/// - SeeAlso: [Processing a line](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation)
struct Field {
    enum Name {
        case data
        case event
        case id
        case retry
        case comment
        case unknown
    }

    var name: Name

    /// What follows the colon, less one leading space; a comment keeps its space.
    var value: UnsafeBufferPointer<UInt8>

    /// - Parameters:
    ///   - start: Where the line begins.
    ///   - count: How many bytes it has, at least one.
    @inline(__always)
    init(start: UnsafePointer<UInt8>, count: Int) {
        let nameByteCount: Int
        switch start[0] {
        case UInt8(ascii: "d") where count >= 4 && Self.fourBytes(start) == Self.data:
            self.name = .data
            nameByteCount = 4
        case UInt8(ascii: "i") where count >= 2 && start[1] == UInt8(ascii: "d"):
            self.name = .id
            nameByteCount = 2
        case UInt8(ascii: "e") where count >= 5 && Self.fourBytes(start) == Self.even && start[4] == UInt8(ascii: "t"):
            self.name = .event
            nameByteCount = 5
        case UInt8(ascii: "r") where count >= 5 && Self.fourBytes(start) == Self.retr && start[4] == UInt8(ascii: "y"):
            self.name = .retry
            nameByteCount = 5
        case .colon:
            self.name = .comment
            self.value = UnsafeBufferPointer(start: start + 1, count: count - 1)
            return
        default:
            self.name = .unknown
            self.value = UnsafeBufferPointer(start: start, count: 0)
            return
        }

        var valueStart = nameByteCount
        if nameByteCount < count {
            if start[nameByteCount] != .colon { self.name = .unknown }
            valueStart += 1
            if valueStart < count, start[valueStart] == .space { valueStart += 1 }
        }
        self.value = UnsafeBufferPointer(start: start + valueStart, count: count - valueStart)
    }

    private static var data: UInt32 { UInt32(littleEndian: 0x6174_6164) }
    private static var even: UInt32 { UInt32(littleEndian: 0x6E65_7665) }
    private static var retr: UInt32 { UInt32(littleEndian: 0x7274_6572) }

    @inline(__always)
    private static func fourBytes(_ start: UnsafePointer<UInt8>) -> UInt32 {
        UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)
    }
}

extension UInt64 {
    /// Whether the bytes, from the lowest, begin with `data: `.
    @inline(__always)
    var beginsWithData: Bool { self & 0xFFFF_FFFF_FFFF == 0x203A_6174_6164 }

    /// Whether the bytes begin with `id: `.
    @inline(__always)
    var beginsWithID: Bool { self & 0xFFFF_FFFF == 0x203A_6469 }

    /// Whether the bytes begin with `event: `.
    @inline(__always)
    var beginsWithEvent: Bool { self & 0xFF_FFFF_FFFF_FFFF == 0x20_3A74_6E65_7665 }
}

/// The first bytes of a cut line, until there are enough to tell its field and whether a space follows the colon.
struct LineHead: Sendable {
    /// The bytes of the longest field name, a colon and a space.
    static var byteCount: Int { 7 }

    private var bytes: UInt64 = 0
    private var count = 0

    var isEmpty: Bool { self.count == 0 }

    var isFull: Bool { self.count == Self.byteCount }

    var first: UInt8 { UInt8(truncatingIfNeeded: self.bytes) }

    mutating func append(_ byte: UInt8) {
        self.bytes |= UInt64(byte) << (8 * UInt64(self.count))
        self.count += 1
    }

    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeBytes(of: self.bytes.littleEndian) { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { body(UnsafeBufferPointer(rebasing: $0[..<self.count])) }
        }
    }
}
