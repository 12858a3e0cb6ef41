/// Turns the bytes of an event stream into events, as they come and however they are cut.
///
/// A parser is a value without I/O: push what arrived, get what it completes. Bytes may be cut anywhere, also within a
/// line end or a UTF-8 sequence; what is not complete waits inside the parser for the next chunk.
///
/// ```swift
/// var parser = EventStreamParser()
/// for chunk in ["data: Hel", "lo\n\ndata: Wor"] {
///     let items = try parser.parse(chunk.utf8)
///     print(items)  // [] and then [.event(…"Hello"…)]
/// }
/// ```
///
/// An event is dispatched as soon as the byte that ends its empty line is there, also when that is a CR of which nobody
/// knows yet whether an LF follows. What is unfinished when the stream ends is not an event: just drop the parser.
///
/// - SeeAlso: [HTML Standard, 9.2.5 and 9.2.6](https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream)
@available(SwiftSSE 1.0, *)
public struct EventStreamParser: Sendable {
    /// The settings the parser was made with.
    public let configuration: Configuration

    /// The reconnection time in force, `nil` as long as the stream has set none.
    public private(set) var reconnectionTime: ServerSentEvent.ReconnectionTime?

    /// What of the current event came with earlier chunks.
    private var block: PendingBlock

    /// Where in a line the last chunk ended.
    private var line: PartialLine = .none

    /// The first bytes of a line that is too short so far to tell its field.
    private var head = LineHead()

    /// The value of a line whose field is kept only once the line is complete.
    private var scratch: [UInt8] = []

    /// How many bytes of the unfinished line have been consumed.
    private var lineByteCount = 0

    /// The last chunk ended with a CR: if an LF comes next, it belongs to the same line end.
    private var skipsLineFeed = false

    /// How many bytes of a leading byte order mark have been seen; `nil` once the stream is past that place.
    private var byteOrderMarkCount: Int? = 0

    private var lastEventIDBytes: [UInt8]

    private var failure: ServerSentEventsError?

    /// Makes a parser for a new stream.
    ///
    /// - Parameters:
    ///   - configuration: Limits and the like.
    ///   - lastEventID: The last event ID that is in force when the stream begins, for streams that go on from an
    ///     earlier one.
    public init(configuration: Configuration = .defaults, lastEventID: ServerSentEvent.EventID = .empty) {
        self.configuration = configuration
        self.block = PendingBlock()
        self.lastEventIDBytes = Array(lastEventID.rawValue.utf8)
    }

    /// The last event ID: the one of the last dispatched block that had an `id` field, empty if there is none.
    ///
    /// It is committed at dispatch, so the id of an unfinished event does not count.
    public var lastEventID: ServerSentEvent.EventID {
        self.lastEventIDBytes.withUnsafeBufferPointer { ServerSentEvent.EventID(unchecked: EventText(decoding: $0)) }
    }
}

// MARK: - Pushing bytes

@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    /// Parses a chunk and hands out what it completes.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, as many as there are.
    ///   - body: Called for each item, in order, before the method returns.
    /// - Throws: ``ServerSentEventsError`` when a limit is exceeded. What stood before has been handed out; the parser
    ///   then throws the same error for every further chunk.
    public mutating func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ body: (EventStreamItem) -> Void
    ) throws(ServerSentEventsError) {
        let dataEncoding = self.configuration.dataEncoding
        guard let position = try self.resume(bytes, { body(EventStreamItem($0, dataEncoding)) }) else { return }
        try self.parseLines(from: position, to: bytes, dataEncoding, body)
    }

    @inline(never)
    private mutating func parseLines(
        from position: UnsafePointer<UInt8>,
        to bytes: UnsafeBufferPointer<UInt8>,
        _ dataEncoding: DataEncoding,
        _ body: (EventStreamItem) -> Void
    ) throws(ServerSentEventsError) {
        try self.runLines(from: position, to: bytes) { body(EventStreamItem($0, dataEncoding)) }
    }

    /// Parses a chunk and hands out what it completes.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, as many as there are.
    ///   - body: Called for each item, in order, before the method returns.
    /// - Throws: ``ServerSentEventsError`` when a limit is exceeded.
    public mutating func parse(
        _ bytes: Span<UInt8>,
        _ body: (EventStreamItem) -> Void
    ) throws(ServerSentEventsError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(ServerSentEventsError) in try self.parse(bytes, body) }
    }

    /// Parses a chunk and returns what it completes.
    ///
    /// - Parameter bytes: The next bytes of the stream: an array, a slice, `Data`, a string's `utf8` …
    /// - Returns: The items in order. When a limit is exceeded, the items before are lost to the caller of this method;
    ///   ``parse(_:_:)-(UnsafeBufferPointer<UInt8>,_)`` hands them out.
    /// - Throws: ``ServerSentEventsError`` when a limit is exceeded.
    public mutating func parse(_ bytes: some Sequence<UInt8>) throws(ServerSentEventsError) -> [EventStreamItem] {
        var items: [EventStreamItem] = []
        try bytes.withBytesInPlace { (bytes) throws(ServerSentEventsError) in
            try self.parse(bytes) { items.append($0) }
        }
        return items
    }

    /// Parses a chunk and hands out byte ranges, without making strings.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, as many as there are.
    ///   - body: Called for each item, in order, before the method returns. The item's ranges end with the call.
    /// - Throws: ``ServerSentEventsError`` when a limit is exceeded, as ``parse(_:_:)-(UnsafeBufferPointer<UInt8>,_)``.
    public mutating func parseLazily(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ body: (RawEventStreamItem) -> Void
    ) throws(ServerSentEventsError) {
        guard let position = try self.resume(bytes, body) else { return }
        try self.runLines(from: position, to: bytes, body)
    }
}

// MARK: - The way of a chunk

@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    /// Ends what the last chunk left unfinished: a byte order mark, a CRLF, a line.
    ///
    /// - Returns: Where the first line begins that is not known yet, `nil` if the chunk ends before that.
    private mutating func resume(
        _ chunk: UnsafeBufferPointer<UInt8>,
        _ body: (RawEventStreamItem) -> Void
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
        if self.line != .none, position < end {
            do throws(ServerSentEventsError) {
                guard let lineEnd = try self.continueLine(from: position, to: end) else { return nil }
                try self.finishLine(body)
                position = self.position(after: lineEnd, end)
            } catch {
                self.fail(error)
                throw error
            }
        }
        return position < end ? position : nil
    }

    /// Inlined into its two callers so that each has its own closure compiled in.
    @inline(__always)
    private mutating func runLines(
        from position: UnsafePointer<UInt8>,
        to chunk: UnsafeBufferPointer<UInt8>,
        _ body: (RawEventStreamItem) -> Void
    ) throws(ServerSentEventsError) {
        guard let start = chunk.baseAddress else { return }
        var fields = FieldRanges()
        do throws(ServerSentEventsError) {
            try self.consume(from: position, to: start + chunk.count, &fields, body)
        } catch {
            self.commitRange(&fields)
            self.fail(error)
            throw error
        }
        self.commitRange(&fields)
    }

    @inline(__always)
    private mutating func consume(
        from start: UnsafePointer<UInt8>,
        to end: UnsafePointer<UInt8>,
        _ fields: inout FieldRanges,
        _ body: (RawEventStreamItem) -> Void
    ) throws(ServerSentEventsError) {
        var position = start
        let lineBytes = self.configuration.limits.lineBytes
        var scanner = LineEndScanner(start: position, end: end)
        fields.room = self.configuration.limits.eventBytes - self.block.byteCount
        while position < end {
            let first = position.pointee
            let lineEnd: UnsafePointer<UInt8>
            if first == .lineFeed {
                lineEnd = position
            } else if let found = scanner.lineEnd(from: position) {
                lineEnd = found
            } else {
                self.keep(&fields)
                return try self.beginLine(from: position, to: end)
            }

            let byteCount = lineEnd - position
            if byteCount == 0 {
                self.dispatch(&fields, body)
            } else {
                if first != .colon { fields.room -= byteCount + 1 }
                if fields.room < 0 || byteCount > lineBytes {
                    throw self.error(byteCount, isComment: first == .colon, room: fields.room + byteCount + 1)
                }
                self.apply(Field(start: position, count: byteCount), &fields, body)
            }
            position = self.position(after: lineEnd, end)
        }
        self.keep(&fields)
    }

    /// The place after a line end; a CR takes the LF with it that follows, now or in the next chunk.
    @inline(__always)
    private mutating func position(
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
    private mutating func skipByteOrderMark(_ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
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

    private mutating func fail(_ error: ServerSentEventsError) {
        self.failure = error
        self.block = PendingBlock()
        self.scratch = []
    }
}

// MARK: - Lines that lie in the chunk as a whole

@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    @inline(__always)
    private mutating func apply(
        _ field: Field,
        _ fields: inout FieldRanges,
        _ body: (RawEventStreamItem) -> Void
    ) {
        switch field.name {
        case .data:
            if self.block.hasData || fields.data.baseAddress != nil {
                self.addDataLine(field.value, &fields)
            } else {
                fields.data = field.value
            }
        case .event:
            fields.type = field.value
        case .id:
            if !field.value.contains(0) { fields.id = field.value }
        case .retry:
            self.setReconnectionTime(field.value, body)
        case .comment:
            if self.configuration.reportsComments { body(.comment(field.value)) }
        case .unknown:
            break
        }
    }

    /// Joins the data of a second or later `data` line to what there is.
    @inline(never)
    private mutating func addDataLine(_ value: UnsafeBufferPointer<UInt8>, _ fields: inout FieldRanges) {
        self.keepData(&fields)
        self.block.addDataLine(value)
    }

    /// Ends a block: commits its id, and dispatches an event if there was data.
    @inline(__always)
    private mutating func dispatch(_ fields: inout FieldRanges, _ body: (RawEventStreamItem) -> Void) {
        if self.block.isEmpty, fields.data.baseAddress != nil {
            // The whole event lies in this chunk.
            let id = fields.id.baseAddress == nil ? nil : fields.id
            body(.event(RawServerSentEvent(type: fields.type, data: fields.data, id: id, retry: self.block.retry)))
            if let id { fields.committedID = id }
        } else {
            self.dispatchKept(&fields, body)
        }
        self.block.reset()
        fields.clear()
        fields.room = self.configuration.limits.eventBytes
    }

    /// Ends a block of which a part came with earlier chunks, or that has no data in one piece.
    @inline(never)
    private mutating func dispatchKept(_ fields: inout FieldRanges, _ body: (RawEventStreamItem) -> Void) {
        self.keep(&fields)
        let block = self.block
        block.id.withUnsafeBufferPointer { bytes in
            let id = block.hasID ? bytes : nil
            if block.hasData {
                block.type.withUnsafeBufferPointer { type in
                    block.data.withUnsafeBufferPointer { data in
                        body(.event(RawServerSentEvent(type: type, data: data, id: id, retry: block.retry)))
                    }
                }
            } else if let id {
                body(.lastEventID(id))
            }
            if let id {
                self.commit(id)
                fields.committedID = UnsafeBufferPointer(start: nil, count: 0)
            }
        }
    }

    private mutating func commit(_ id: UnsafeBufferPointer<UInt8>) {
        self.lastEventIDBytes.removeAll(keepingCapacity: true)
        self.lastEventIDBytes.append(contentsOf: id)
    }

    /// Copies the id that was committed last, if it lies in the chunk: once a chunk and not once an event.
    @inline(__always)
    private mutating func commitRange(_ fields: inout FieldRanges) {
        if fields.committedID.baseAddress != nil { self.commit(fields.committedID) }
    }

    /// Copies what of the current event lies in the chunk, because the chunk ends here.
    @inline(never)
    private mutating func keep(_ fields: inout FieldRanges) {
        self.keepData(&fields)
        if fields.type.baseAddress != nil { self.block.setType(fields.type) }
        if fields.id.baseAddress != nil { self.block.setID(fields.id) }
        self.block.byteCount = self.configuration.limits.eventBytes - fields.room
        fields.clear()
    }

    private mutating func keepData(_ fields: inout FieldRanges) {
        guard fields.data.baseAddress != nil else { return }
        self.block.setData(fields.data)
        fields.data = UnsafeBufferPointer(start: nil, count: 0)
    }

    @inline(never)
    private mutating func setReconnectionTime(
        _ digits: UnsafeBufferPointer<UInt8>,
        _ body: (RawEventStreamItem) -> Void
    ) {
        guard let time = ServerSentEvent.ReconnectionTime(digits: digits) else { return }
        self.reconnectionTime = time
        self.block.retry = time
        body(.retry(time))
    }

    /// Which limit a line exceeds first, if it is read byte by byte: what is reported must not depend on chunks.
    private func error(_ byteCount: Int, isComment: Bool, room: Int) -> ServerSentEventsError {
        let limits = self.configuration.limits
        let isLine = byteCount > limits.lineBytes && (isComment || limits.lineBytes <= room)
        return isLine ? .lineTooLong(limits) : .eventTooLarge(limits)
    }
}

// MARK: - Lines that are cut by the end of a chunk

@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    /// Takes the part of a line that the chunk ends with.
    private mutating func beginLine(
        from start: UnsafePointer<UInt8>,
        to end: UnsafePointer<UInt8>
    ) throws(ServerSentEventsError) {
        self.line = .head
        self.lineByteCount = 0
        try self.appendToLine(start, end)
    }

    /// Takes the next part of a cut line; returns where the line ends, `nil` if it does not end in this chunk.
    private mutating func continueLine(
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
            while start < end, !self.head.isFull {
                self.head.append(start.pointee)
                start += 1
            }
        }
        try self.checkLine(end: 0)
        if self.line == .head, self.head.isFull { self.openLine() }

        let rest = UnsafeBufferPointer(start: start, count: end - start)
        switch self.line {
        case .data: self.block.continueDataLine(rest)
        case .event, .id, .retry: self.scratch.append(contentsOf: rest)
        case .comment: if self.configuration.reportsComments { self.scratch.append(contentsOf: rest) }
        case .none, .head, .ignored: break
        }
    }

    /// Checks what has come of a cut line against the limits.
    ///
    /// - Parameter end: How many bytes its end takes: 1 once it is there.
    private mutating func checkLine(end: Int) throws(ServerSentEventsError) {
        let limits = self.configuration.limits
        let isComment = self.line == .comment || self.line == .head && self.head.first == .colon
        let room = limits.eventBytes - self.block.byteCount
        if self.lineByteCount > limits.lineBytes || !isComment && self.lineByteCount + end > room {
            throw self.error(self.lineByteCount, isComment: isComment, room: room)
        }
        if end > 0, !isComment { self.block.byteCount += self.lineByteCount + end }
    }

    /// Tells from the first bytes of a cut line what becomes of the rest.
    private mutating func openLine() {
        let head = self.head
        self.head = LineHead()
        head.withBytes { bytes in
            let field = Field(start: bytes.baseAddress!, count: bytes.count)
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
    }

    /// Ends a cut line, now that its last part has been taken.
    private mutating func finishLine(_ body: (RawEventStreamItem) -> Void) throws(ServerSentEventsError) {
        try self.checkLine(end: 1)
        if self.line == .head {
            // A line too short to have been opened is complete in the head.
            self.openLine()
        }
        let line = self.line
        self.line = .none
        var scratch: [UInt8] = []
        swap(&scratch, &self.scratch)
        scratch.withUnsafeBufferPointer { value in
            switch line {
            case .event: self.block.setType(value)
            case .id: if !value.contains(0) { self.block.setID(value) }
            case .retry: self.setReconnectionTime(value, body)
            case .comment: if self.configuration.reportsComments { body(.comment(value)) }
            case .none, .head, .data, .ignored: break
            }
        }
        scratch.clear()
        swap(&scratch, &self.scratch)
    }
}
