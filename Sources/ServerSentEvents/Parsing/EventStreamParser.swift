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
    public internal(set) var reconnectionTime: ServerSentEvent.ReconnectionTime?

    /// The configured limits, none below zero.
    @usableFromInline
    let limits: EventStreamLimits

    /// The data of events is text.
    @usableFromInline
    let isText: Bool

    /// What of the current event came with earlier chunks.
    @usableFromInline
    var block: PendingBlock

    /// Where in a line the last chunk ended.
    var line: PartialLine = .none

    /// The first bytes of a line that is too short so far to tell its field.
    var head = LineHead()

    /// The value of a line whose field is kept only once the line is complete.
    var scratch: [UInt8] = []

    /// How many bytes of the unfinished line have been consumed.
    var lineByteCount = 0

    /// The last chunk ended with a CR: if an LF comes next, it belongs to the same line end.
    var skipsLineFeed = false

    /// How many bytes of a leading byte order mark have been seen; `nil` once the stream is past that place.
    var byteOrderMarkCount: Int? = 0

    var lastEventIDBytes: [UInt8]

    var failure: ServerSentEventsError?

    /// Makes a parser for a new stream.
    ///
    /// - Parameters:
    ///   - configuration: Limits and the like.
    ///   - lastEventID: The last event ID that is in force when the stream begins, for streams that go on from an
    ///     earlier one.
    public init(configuration: Configuration = .defaults, lastEventID: ServerSentEvent.EventID = .empty) {
        self.configuration = configuration
        self.limits = EventStreamLimits(
            lineBytes: max(0, configuration.limits.lineBytes),
            eventBytes: max(0, configuration.limits.eventBytes)
        )
        self.isText = configuration.dataEncoding.kind == .text
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
    @inlinable
    public mutating func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ body: (EventStreamItem) -> Void
    ) throws(ServerSentEventsError) {
        guard let start = try self.begin(bytes) else { return }
        var chunk = self.makeCursor(in: bytes, from: start)
        while true {
            let step = try self.advance(&chunk)
            if step == .event {
                let type = chunk.fields.shortType
                let id = chunk.fields.shortID
                if self.isText, !type.isNone, !id.isNone || chunk.fields.id.baseAddress == nil {
                    // The event is made here and not in a function, and compiled together with what `body` does with
                    // it: so its parts stay in registers. Handed over in memory, a fifth of the time went into copies.
                    let retry = self.takeRetry()
                    let text = self.takeText(&chunk)
                    body(.event(ServerSentEvent(shortType: type, shortID: id, retryMilliseconds: retry, text: text)))
                    continue
                }
            }
            if step == .end { return }
            if step == .keptBlock, let text = self.takeKeptText(&chunk) {
                let retry = self.takeRetry()
                body(.event(ServerSentEvent(shortType: .message, shortID: .none, retryMilliseconds: retry, text: text)))
                continue
            }
            if let item = self.takeItem(step, &chunk) { body(item) }
        }
    }

    /// Parses a chunk and hands out what it completes.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, as many as there are.
    ///   - body: Called for each item, in order, before the method returns.
    /// - Throws: ``ServerSentEventsError`` when a limit is exceeded.
    @inlinable
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
    @inlinable
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
    @inlinable
    public mutating func parseLazily(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ body: (RawEventStreamItem) -> Void
    ) throws(ServerSentEventsError) {
        guard let start = try self.begin(bytes) else { return }
        var chunk = self.makeCursor(in: bytes, from: start)
        while true {
            let step = try self.advance(&chunk)
            if step == .event {
                body(.event(self.takeRawEvent(&chunk)))
            } else if step == .end {
                return
            } else {
                self.withItem(step, &chunk, body)
            }
        }
    }
}

/// What a parser comes upon next in a chunk.
@usableFromInline
enum ParserStep {
    /// An event that lies in the chunk as a whole.
    case event

    /// The end of a block of which a part has been kept, or that has no data.
    case keptBlock

    /// A comment that lies in the chunk.
    case comment

    /// A comment that came with more than one chunk.
    case keptComment

    case retry

    /// The end of the chunk.
    case end
}
