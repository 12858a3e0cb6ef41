@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    /// Begins with a chunk: ends what the last one left unfinished of a byte order mark, a CRLF, a line.
    ///
    /// - Returns: Where to go on, `nil` if all of the chunk has been taken. Not the cursor itself, because that is large
    ///   and chunks can be single bytes.
    @usableFromInline
    mutating func begin(
        _ chunk: UnsafeBufferPointer<UInt8>
    ) throws(ServerSentEventsError) -> UnsafePointer<UInt8>? {
        if let failure = self.failure { throw failure }
        guard let start = chunk.baseAddress, !chunk.isEmpty else { return nil }
        var position = start
        let end = start + chunk.count
        if self.byteOrderMarkCount != nil { self.skipByteOrderMark(&position, end) }
        if self.skipsLineFeed, position < end {
            self.skipsLineFeed = false
            if position.pointee == .lineFeed { position += 1 }
        }
        guard position < end else { return nil }
        if self.line != .none {
            do throws(ServerSentEventsError) {
                guard let lineEnd = try self.continueLine(from: position, to: end) else { return nil }
                try self.checkLine(isComment: self.isComment, end: 1)
                position = self.position(after: lineEnd, end)
            } catch {
                self.fail(error)
                throw error
            }
        }
        return position
    }

    @usableFromInline
    func makeCursor(in chunk: UnsafeBufferPointer<UInt8>, from start: UnsafePointer<UInt8>) -> ChunkCursor {
        let end = chunk.baseAddress.map { $0 + chunk.count } ?? start
        return ChunkCursor(start: start, end: end, room: self.limits.eventBytes - self.block.byteCount)
    }

    /// Goes on in a chunk until there is something to hand out, or the chunk ends.
    @usableFromInline
    mutating func advance(_ chunk: inout ChunkCursor) throws(ServerSentEventsError) -> ParserStep {
        if self.line != .none, let step = self.finishLine() { return step }
        let lineBytes = self.limits.lineBytes
        while chunk.position < chunk.end {
            let start = chunk.position
            if chunk.end - start >= 8 {
                // The fields that most streams consist of, in the form that most senders give them.
                let word = start.word
                if word.beginsWithData {
                    guard let lineEnd = chunk.scanner.endOfLongLine(from: start) else { break }
                    self.addData(try self.takeValue(6, upTo: lineEnd, &chunk), &chunk.fields)
                    continue
                } else if word.beginsWithID {
                    guard let lineEnd = chunk.scanner.lineEnd(from: start) else { break }
                    let value = try self.takeValue(4, upTo: lineEnd, &chunk)
                    if !value.contains(0) { chunk.fields.id = value }
                    continue
                } else if word.beginsWithEvent {
                    guard let lineEnd = chunk.scanner.lineEnd(from: start) else { break }
                    chunk.fields.type = try self.takeValue(7, upTo: lineEnd, &chunk)
                    continue
                }
            }
            let first = start.pointee
            if first == .lineFeed {
                chunk.position = start + 1
                return self.endBlock(chunk.fields)
            }
            guard let lineEnd = chunk.scanner.lineEnd(from: start) else { break }
            chunk.position = self.position(after: lineEnd, chunk.end)
            let byteCount = lineEnd - start
            if byteCount == 0 { return self.endBlock(chunk.fields) }

            if first != .colon { chunk.fields.room -= byteCount + 1 }
            if chunk.fields.room < 0 || byteCount > lineBytes {
                throw self.exceededLimit(byteCount, isComment: first == .colon, &chunk)
            }
            if let step = self.apply(Field(start: start, count: byteCount), &chunk.fields) { return step }
        }
        try self.endChunk(&chunk)
        return .end
    }

    /// Takes the line that the chunk goes on with.
    ///
    /// - Parameter offset: Where the value begins in the line, which is not a comment.
    @inline(__always)
    private mutating func takeValue(
        _ offset: Int,
        upTo lineEnd: UnsafePointer<UInt8>,
        _ chunk: inout ChunkCursor
    ) throws(ServerSentEventsError) -> UnsafeBufferPointer<UInt8> {
        let start = chunk.position
        let byteCount = lineEnd - start
        chunk.position = self.position(after: lineEnd, chunk.end)
        chunk.fields.room -= byteCount + 1
        if chunk.fields.room < 0 || byteCount > self.limits.lineBytes {
            throw self.exceededLimit(byteCount, isComment: false, &chunk)
        }
        return UnsafeBufferPointer(start: start + offset, count: byteCount - offset)
    }

    /// The place after a line end; a CR takes the LF with it that follows, now or in the next chunk.
    @inline(__always)
    mutating func position(
        after lineEnd: UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        let next = lineEnd + 1
        guard lineEnd.pointee == .carriageReturn else { return next }
        if next == end {
            self.skipsLineFeed = true
            return next
        }
        return next.pointee == .lineFeed ? next + 1 : next
    }

    /// Moves `position` past a byte order mark at the start of the stream, as far as it is there.
    mutating func skipByteOrderMark(_ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        let mark: (UInt8, UInt8, UInt8) = (0xEF, 0xBB, 0xBF)
        while let count = self.byteOrderMarkCount, position < end {
            let expected = count == 0 ? mark.0 : count == 1 ? mark.1 : mark.2
            if position.pointee == expected {
                position += 1
                self.byteOrderMarkCount = count == 2 ? nil : count + 1
            } else {
                self.byteOrderMarkCount = nil
                if count > 0 {
                    // Those were the first bytes of a line, and no field that counts begins with them.
                    self.line = .ignored
                    self.lineByteCount = count
                }
            }
        }
    }

    /// Keeps what the chunk has of the current event and line.
    @inline(never)
    private mutating func endChunk(_ chunk: inout ChunkCursor) throws(ServerSentEventsError) {
        self.keep(&chunk.fields)
        self.commitRange(&chunk.fields)
        guard chunk.position < chunk.end else { return }
        do throws(ServerSentEventsError) {
            try self.beginLine(from: chunk.position, to: chunk.end)
        } catch {
            self.fail(error)
            throw error
        }
    }

    @inline(never)
    private mutating func exceededLimit(
        _ byteCount: Int,
        isComment: Bool,
        _ chunk: inout ChunkCursor
    ) -> ServerSentEventsError {
        let room = isComment ? chunk.fields.room : chunk.fields.room + byteCount + 1
        let error = self.error(byteCount, isComment: isComment, room: room)
        self.commitRange(&chunk.fields)
        self.fail(error)
        return error
    }

    private mutating func fail(_ error: ServerSentEventsError) {
        self.failure = error
        self.block = PendingBlock()
        self.scratch = []
    }
}

@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    /// Takes a field; returns what is to be handed out at once.
    @inline(__always)
    private mutating func apply(_ field: Field, _ fields: inout FieldRanges) -> ParserStep? {
        switch field.name {
        case .data:
            self.addData(field.value, &fields)
        case .event:
            fields.type = field.value
        case .id:
            if !field.value.contains(0) { fields.id = field.value }
        case .retry:
            if self.setReconnectionTime(field.value) { return .retry }
        case .comment:
            if self.configuration.reportsComments {
                fields.comment = field.value
                return .comment
            }
        case .unknown:
            break
        }
        return nil
    }

    @inline(__always)
    private mutating func addData(_ value: UnsafeBufferPointer<UInt8>, _ fields: inout FieldRanges) {
        if self.block.hasData || fields.data.baseAddress != nil {
            self.addDataLine(value, &fields)
        } else {
            fields.data = value
        }
    }

    /// Joins the data of a second or later `data` line to what there is.
    @inline(never)
    private mutating func addDataLine(_ value: UnsafeBufferPointer<UInt8>, _ fields: inout FieldRanges) {
        self.keepData(&fields)
        self.block.addDataLine(value)
    }

    /// What an empty line completes.
    @inline(__always)
    private func endBlock(_ fields: FieldRanges) -> ParserStep {
        self.block.isEmpty && fields.data.baseAddress != nil ? .event : .keptBlock
    }

    mutating func commit(_ id: UnsafeBufferPointer<UInt8>) {
        self.lastEventIDBytes.clear()
        self.lastEventIDBytes.append(contentsOf: id)
    }

    /// Copies the id that was committed last, if it lies in the chunk: once a chunk and not once an event.
    @inline(__always)
    private mutating func commitRange(_ fields: inout FieldRanges) {
        if fields.committedID.baseAddress != nil { self.commit(fields.committedID) }
    }

    /// Copies what of the current event lies in the chunk, because the chunk ends here.
    @inline(never)
    mutating func keep(_ fields: inout FieldRanges) {
        self.keepData(&fields)
        if fields.type.baseAddress != nil { self.block.setType(fields.type) }
        if fields.id.baseAddress != nil { self.block.setID(fields.id) }
        self.block.byteCount = self.limits.eventBytes - fields.room
        fields.clear()
    }

    private mutating func keepData(_ fields: inout FieldRanges) {
        guard fields.data.baseAddress != nil else { return }
        self.block.setData(fields.data)
        fields.data = UnsafeBufferPointer(start: nil, count: 0)
    }

    /// Sets the reconnection time if the value is one.
    @inline(never)
    mutating func setReconnectionTime(_ digits: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let time = ServerSentEvent.ReconnectionTime(digits: digits) else { return false }
        self.reconnectionTime = time
        self.block.retry = time
        return true
    }

    /// Which limit a line exceeds first, if it is read byte by byte: what is reported must not depend on chunks.
    func error(_ byteCount: Int, isComment: Bool, room: Int) -> ServerSentEventsError {
        let limits = self.limits
        let isLine = byteCount > limits.lineBytes && (isComment || limits.lineBytes <= room)
        return isLine ? .lineTooLong(limits) : .eventTooLarge(limits)
    }
}
