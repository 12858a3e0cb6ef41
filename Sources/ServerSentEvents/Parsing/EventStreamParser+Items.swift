@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    /// Makes the event that lies in the chunk.
    @usableFromInline
    mutating func takeTextEvent(_ chunk: inout ChunkCursor) -> ServerSentEvent {
        self.takeRawEvent(&chunk).makeTextEvent()
    }

    /// Makes the item that a step led to, `nil` if there is none.
    @usableFromInline
    mutating func takeItem(_ step: ParserStep, _ chunk: inout ChunkCursor) -> EventStreamItem? {
        let dataEncoding = self.configuration.dataEncoding
        return self.withItem(step, &chunk) { EventStreamItem($0, dataEncoding) }
    }

    /// Hands out the item that a step led to.
    ///
    /// - Returns: What `body` returns, `nil` if there is nothing to hand out.
    @inline(__always)
    @discardableResult
    mutating func withItem<Result>(
        _ step: ParserStep,
        _ chunk: inout ChunkCursor,
        _ body: (RawEventStreamItem) -> Result
    ) -> Result? {
        switch step {
        case .event: body(.event(self.takeRawEvent(&chunk)))
        case .keptBlock: self.withKeptBlock(&chunk, body)
        case .comment: body(.comment(chunk.fields.comment))
        case .keptComment: self.withKeptComment(body)
        case .retry: self.reconnectionTime.map { body(.retry($0)) }
        case .end: nil
        }
    }

    @inline(__always)
    private mutating func takeRawEvent(_ chunk: inout ChunkCursor) -> RawServerSentEvent {
        let fields = chunk.fields
        let id = fields.id.baseAddress == nil ? nil : fields.id
        let event = RawServerSentEvent(type: fields.type, data: fields.data, id: id, retry: self.block.retry)
        if let id { chunk.fields.committedID = id }
        self.block.retry = nil
        self.block.byteCount = 0
        chunk.fields.clear()
        chunk.fields.room = self.limits.eventBytes
        return event
    }

    /// Hands out a block of which a part came with earlier chunks, or that has no data in one piece.
    ///
    /// - Returns: What `body` returns, `nil` if there is nothing to hand out.
    @inline(never)
    private mutating func withKeptBlock<Result>(
        _ chunk: inout ChunkCursor,
        _ body: (RawEventStreamItem) -> Result
    ) -> Result? {
        self.keep(&chunk.fields)
        // Taken out and not copied, so that its arrays are unique when they are used again.
        var block = PendingBlock()
        swap(&block, &self.block)
        let result: Result? = block.id.withUnsafeBufferPointer { bytes in
            let id = block.hasID ? bytes : nil
            if let id {
                self.commit(id)
                chunk.fields.committedID = UnsafeBufferPointer(start: nil, count: 0)
            }
            guard block.hasData else { return id.map { body(.lastEventID($0)) } }
            return block.type.withUnsafeBufferPointer { type in
                block.data.withUnsafeBufferPointer { data in
                    body(.event(RawServerSentEvent(type: type, data: data, id: id, retry: block.retry)))
                }
            }
        }
        block.reset()
        swap(&block, &self.block)
        chunk.fields.clear()
        chunk.fields.room = self.limits.eventBytes
        return result
    }

    /// Hands out a comment that came with more than one chunk.
    private mutating func withKeptComment<Result>(_ body: (RawEventStreamItem) -> Result) -> Result {
        let text = self.takeScratch()
        let result = text.withUnsafeBufferPointer { body(.comment($0)) }
        self.putBackScratch(text)
        return result
    }
}
