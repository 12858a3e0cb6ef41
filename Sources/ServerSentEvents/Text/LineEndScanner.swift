/// Finds one line end after the other in a stretch of memory, whichever of LF and CR comes first.
///
/// Looking for both on every line would read an LF-only stream twice, and a CR-only stream once to its end for every
/// line. So each of the two remembers where it will come next, within a window small enough to stay in the first-level
/// cache, and is searched for again only when it has been passed: every byte is read once for LF and once for CR,
/// however long the lines are.
struct LineEndScanner {
    private static let windowBytes = 16 * 1024

    private let end: UnsafePointer<UInt8>
    private var windowEnd: UnsafePointer<UInt8>
    private var nextLineFeed: UnsafePointer<UInt8>
    private var nextCarriageReturn: UnsafePointer<UInt8>

    @inline(__always)
    init(start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
        self.end = end
        self.windowEnd = start + min(Self.windowBytes, end - start)
        self.nextLineFeed = find(.lineFeed, from: start, to: self.windowEnd)
        self.nextCarriageReturn = find(.carriageReturn, from: start, to: self.windowEnd)
    }

    /// The first LF or CR at or after `position`, `nil` if there is none before the end.
    ///
    /// Positions must not go backwards from call to call.
    @inline(__always)
    mutating func lineEnd(from position: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        if self.nextLineFeed < position {
            self.nextLineFeed = find(.lineFeed, from: position, to: self.windowEnd)
        }
        if self.nextCarriageReturn < position {
            self.nextCarriageReturn = find(.carriageReturn, from: position, to: self.windowEnd)
        }
        let found = min(self.nextLineFeed, self.nextCarriageReturn)
        return found < self.windowEnd ? found : self.lineEndInNextWindows(from: position)
    }

    /// The same as ``lineEnd(from:)`` for a line that is probably long enough for `memchr` to be called at once.
    @inline(__always)
    mutating func endOfLongLine(from position: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        if self.nextLineFeed < position, position < self.windowEnd {
            self.nextLineFeed = search(.lineFeed, from: position, to: self.windowEnd)
        }
        return self.lineEnd(from: position)
    }

    @inline(never)
    private mutating func lineEndInNextWindows(from position: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        while self.windowEnd < self.end {
            let start = max(position, self.windowEnd)
            self.windowEnd = start + min(Self.windowBytes, self.end - start)
            self.nextLineFeed = find(.lineFeed, from: start, to: self.windowEnd)
            self.nextCarriageReturn = find(.carriageReturn, from: start, to: self.windowEnd)
            let found = min(self.nextLineFeed, self.nextCarriageReturn)
            if found < self.windowEnd { return found }
        }
        return nil
    }
}

/// Finds the first LF or CR in `start..<end`, `nil` if there is none.
func firstLineEnd(from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    let lineFeed = find(.lineFeed, from: start, to: end)
    // Not looked for beyond the LF, so what is read twice is at most the line.
    let lineEnd = find(.carriageReturn, from: start, to: lineFeed)
    return lineEnd == end ? nil : lineEnd
}
