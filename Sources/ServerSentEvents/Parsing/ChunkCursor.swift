/// Where a parser stands in a chunk, and what of the current event lies in it.
@usableFromInline
struct ChunkCursor {
    /// Where the next line begins.
    var position: UnsafePointer<UInt8>

    let end: UnsafePointer<UInt8>

    var scanner: LineEndScanner
    @usableFromInline
    var fields: FieldRanges

    init(start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, room: Int) {
        self.position = start
        self.end = end
        self.scanner = LineEndScanner(start: start, end: end)
        self.fields = FieldRanges(room: room)
    }
}
