// Lines that are cut by the end of a chunk.

@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    /// Takes the part of a line that the chunk ends with.
    mutating func beginLine(
        from start: UnsafePointer<UInt8>,
        to end: UnsafePointer<UInt8>
    ) throws(ServerSentEventsError) {
        self.line = .head
        self.lineByteCount = 0
        try self.appendToLine(start, end)
    }

    /// Takes the next part of a cut line; returns where the line ends, `nil` if it does not end in this chunk.
    mutating func continueLine(
        from start: UnsafePointer<UInt8>,
        to end: UnsafePointer<UInt8>
    ) throws(ServerSentEventsError) -> UnsafePointer<UInt8>? {
        let lineEnd = firstLineEnd(from: start, to: end)
        try self.appendToLine(start, lineEnd ?? end)
        return lineEnd
    }

    private mutating func appendToLine(
        _ start: UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>
    ) throws(ServerSentEventsError) {
        var start = start
        self.lineByteCount += end - start
        if self.line == .head {
            if self.head.isEmpty, end - start >= LineHead.byteCount {
                try self.checkLine(isComment: start.pointee == .colon, end: 0)
                self.openLine(Field(start: start, count: end - start))
                return
            }
            while start < end, !self.head.isFull {
                self.head.append(start.pointee)
                start += 1
            }
        }
        try self.checkLine(isComment: self.isComment, end: 0)
        if self.line == .head, self.head.isFull { self.openLine() }

        let rest = UnsafeBufferPointer(start: start, count: end - start)
        switch self.line {
        case .data: self.block.continueDataLine(rest, limit: self.limits.eventBytes)
        case .event, .id, .retry: self.scratch.append(contentsOf: rest)
        case .comment: if self.configuration.reportsComments { self.scratch.append(contentsOf: rest) }
        case .none, .head, .ignored: break
        }
    }

    /// Checks what has come of a cut line against the limits.
    ///
    /// - Parameters:
    ///   - isComment: The line counts for itself but not for the event.
    ///   - end: How many bytes its end takes: 1 once it is there.
    @inline(__always)
    mutating func checkLine(isComment: Bool, end: Int) throws(ServerSentEventsError) {
        let limits = self.limits
        let room = limits.eventBytes - self.block.byteCount
        if self.lineByteCount > limits.lineBytes || !isComment && self.lineByteCount + end > room {
            throw self.error(self.lineByteCount, isComment: isComment, room: room)
        }
        if end > 0, !isComment { self.block.byteCount += self.lineByteCount + end }
    }

    /// The cut line is a comment.
    var isComment: Bool { self.line == .comment || self.line == .head && self.head.first == .colon }

    /// Tells from the first bytes of a cut line what becomes of the rest.
    private mutating func openLine() {
        let head = self.head
        self.head = LineHead()
        head.withBytes { bytes in
            guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
            self.openLine(Field(start: start, count: bytes.count))
        }
    }

    /// Takes the beginning of a cut line whose field is known.
    private mutating func openLine(_ field: Field) {
        switch field.name {
        case .data:
            self.line = .data
            self.block.addDataLine(field.value)
        case .event:
            self.line = .event
            self.scratch.append(contentsOf: field.value)
        case .id:
            self.line = .id
            self.scratch.append(contentsOf: field.value)
        case .retry:
            self.line = .retry
            self.scratch.append(contentsOf: field.value)
        case .comment:
            self.line = .comment
            if self.configuration.reportsComments { self.scratch.append(contentsOf: field.value) }
        case .unknown:
            self.line = .ignored
        }
    }

    /// Ends a cut line, now that its last part has been taken.
    @inline(never)
    mutating func finishLine() -> ParserStep? {
        if self.line == .head {
            // A line too short to have been opened is complete in the head.
            self.openLine()
        }
        let line = self.line
        self.line = .none
        if line == .data || line == .ignored { return nil }
        if line == .comment { return self.configuration.reportsComments ? .keptComment : nil }

        let value = self.takeScratch()
        let isRetry = value.withUnsafeBufferPointer { value in
            switch line {
            case .event: self.block.setType(value)
            case .id: if !value.contains(0) { self.block.setID(value) }
            case .retry: return self.setReconnectionTime(value)
            case .none, .head, .data, .comment, .ignored: break
            }
            return false
        }
        self.putBackScratch(value)
        return isRetry ? .retry : nil
    }

    mutating func takeScratch() -> [UInt8] {
        var scratch: [UInt8] = []
        swap(&scratch, &self.scratch)
        return scratch
    }

    /// Puts memory back for the value of the next line that is cut.
    mutating func putBackScratch(_ scratch: consuming [UInt8]) {
        scratch.clear()
        self.scratch = scratch
    }
}
