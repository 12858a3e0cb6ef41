/// The fields of the current event that lie in the current chunk, as ranges of it; those without an address are not there.
///
/// An event that lies in one chunk as a whole never leaves this form: nothing of it is copied.
struct FieldRanges {
    var type = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var data = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var id = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    /// The comment that has just been read.
    var comment = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    /// The id of the last block that was dispatched.
    var committedID = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    /// How many more bytes the event may have.
    var room = 0

    /// Forgets the fields of the current event.
    @inline(__always)
    mutating func clear() {
        self.type = UnsafeBufferPointer(start: nil, count: 0)
        self.data = UnsafeBufferPointer(start: nil, count: 0)
        self.id = UnsafeBufferPointer(start: nil, count: 0)
    }
}
