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
