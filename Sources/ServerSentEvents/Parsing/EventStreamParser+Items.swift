@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    /// Makes the event that lies in the chunk, `nil` if it is not text, or has a type or id that is long.
    @inline(__always)
    mutating func takeShortTextEvent(_ chunk: inout ChunkCursor) -> ServerSentEvent? {
        let type = chunk.fields.shortType
        let id = chunk.fields.shortID
        guard self.isText, !type.isNone, !id.isNone || chunk.fields.id.baseAddress == nil else { return nil }
        let retry = self.takeRetry()
        let text = self.takeText(&chunk)
        return ServerSentEvent(shortType: type, shortID: id, retryMilliseconds: retry, text: text)
    }

    /// Makes the data of the event that lies in the chunk, and is done with the event.
    @usableFromInline
    mutating func takeText(_ chunk: inout ChunkCursor) -> String {
        let data = chunk.fields.data
        chunk.fields.endEvent(room: self.limits.eventBytes)
        return String(decodingStream: data)
    }

    /// Makes the data of an event that came with several chunks or lines if that is all there is of it, and is done with
    /// the event.
    @usableFromInline
    mutating func takeKeptText(_ chunk: inout ChunkCursor) -> String? {
        guard self.isText, chunk.fields.hasDataOnly, let text = self.block.takeText() else { return nil }
        chunk.fields.endEvent(room: self.limits.eventBytes)
        return text
    }

    /// Takes the reconnection time of the event that lies in the chunk.
    @inlinable
    @inline(__always)
    mutating func takeRetry() -> Int64 {
        guard let retry = self.block.retry else { return ServerSentEvent.noRetry }
        self.block.retry = nil
        return retry.milliseconds
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
    @usableFromInline
    @inline(never)
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

    /// Hands over the event that lies in the chunk.
    @inlinable
    @inline(__always)
    mutating func takeRawEvent(_ chunk: inout ChunkCursor) -> RawServerSentEvent {
        let (type, data) = (chunk.fields.type, chunk.fields.data)
        let id = chunk.fields.id.baseAddress == nil ? nil : chunk.fields.id
        let retry = self.block.retry
        if retry != nil { self.block.retry = nil }
        chunk.fields.endEvent(room: self.limits.eventBytes)
        return RawServerSentEvent(type: type, data: data, id: id, retry: retry)
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
