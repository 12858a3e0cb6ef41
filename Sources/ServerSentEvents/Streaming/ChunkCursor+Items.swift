@available(SwiftSSE 1.0, *)
extension ChunkCursor {
    /// Parses on.
    @inline(__always)
    mutating func nextItem(_ parser: inout EventStreamParser) throws(ServerSentEventsError) -> ChunkItem {
        let step = try parser.advance(&self)
        if step == .event, let event = parser.takeShortTextEvent(&self) { return .item(.event(event)) }
        if step == .end { return .end }
        if step == .keptBlock, let text = parser.takeKeptText(&self) {
            let retry = parser.takeRetry()
            let event = ServerSentEvent(shortType: .message, shortID: .none, retryMilliseconds: retry, text: text)
            return .item(.event(event))
        }
        return parser.takeItem(step, &self).map { .item($0) } ?? .nothing
    }
}
