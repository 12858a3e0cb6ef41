/// Turns events, comments and reconnection times into the bytes of an event stream.
///
/// ```swift
/// let encoder = EventStreamEncoder()
/// let bytes = try encoder.encode(ServerSentEvent(type: "greeting", data: "Hello\nWorld"))
/// // event: greeting
/// // data: Hello
/// // data: World
/// ```
///
/// What is encoded parses to the same event again, with one exception that the format itself imposes: CR and CRLF in the
/// data arrive as LF. Data that begins with a space or ends with a line end keeps it, and empty data is sent as an event
/// with empty data. No content of a field can become a second field or event.
@available(SwiftSSE 1.0, *)
public struct EventStreamEncoder: Sendable, Hashable {
    /// How the data of events is written.
    public var dataEncoding: DataEncoding

    /// Makes an encoder.
    ///
    /// - Parameter dataEncoding: How the data of events is written; the receiver must expect the same.
    public init(dataEncoding: DataEncoding = .text) {
        self.dataEncoding = dataEncoding
    }

    /// Encodes an event.
    ///
    /// - Parameter event: The event.
    /// - Returns: Its lines, and the empty line that dispatches it.
    /// - Throws: ``ServerSentEventsError`` with the code ``ServerSentEventsError/Code/dataIsNotText`` if the event holds
    ///   bytes that are not UTF-8 and ``dataEncoding`` is ``DataEncoding/text``.
    public func encode(_ event: ServerSentEvent) throws(ServerSentEventsError) -> [UInt8] {
        try self.encode(contentsOf: CollectionOfOne(event))
    }

    /// Encodes several events, one after the other.
    ///
    /// - Parameter events: The events.
    /// - Returns: Their bytes.
    /// - Throws: ``ServerSentEventsError`` as ``encode(_:)``; then nothing has been encoded.
    public func encode(contentsOf events: some Collection<ServerSentEvent>) throws(ServerSentEventsError) -> [UInt8] {
        var count = 0
        for event in events { count += try self.encodedByteCount(of: event) }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            for event in events {
                written += self.write(event, to: UnsafeMutableBufferPointer(rebasing: buffer[written...]))
            }
        }
    }

    /// Encodes a comment. Line ends in it make it several comments.
    ///
    /// - Parameter comment: The text, which stands right after the colon; empty for the shortest line there is, which
    ///   serves to keep a connection alive.
    /// - Returns: Its lines.
    public func encode(comment: String) -> [UInt8] {
        comment.withUTF8Bytes { comment in
            let count = LinesOfText(comment).reduce(0) { $0 + 2 + $1.count }
            return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
                var output = FieldWriter(buffer)
                for line in LinesOfText(comment) { output.writeLine(prefix: ":", line) }
                written = output.count
            }
        }
    }

    /// Encodes a reconnection time on its own, without an event.
    ///
    /// - Parameter retry: The time.
    /// - Returns: The field, and the empty line that ends its block.
    public func encode(retry: ServerSentEvent.ReconnectionTime) -> [UInt8] {
        Array("retry: \(retry.milliseconds)\n\n".utf8)
    }
}

// MARK: - Into memory that is there

@available(SwiftSSE 1.0, *)
extension EventStreamEncoder {
    /// How many bytes an event takes: exactly what ``write(_:to:)`` writes.
    ///
    /// - Parameter event: The event.
    /// - Returns: The number of bytes.
    /// - Throws: ``ServerSentEventsError`` with the code ``ServerSentEventsError/Code/dataIsNotText`` as ``encode(_:)``.
    public func encodedByteCount(of event: ServerSentEvent) throws(ServerSentEventsError) -> Int {
        try self.encodedByteCount(of: event, idByteCount: event.id?.text.utf8Count)
    }

    /// How many bytes an event takes with another id than its own.
    package func encodedByteCount(
        of event: ServerSentEvent,
        idByteCount: Int?
    ) throws(ServerSentEventsError) -> Int {
        var count = 1
        if event.type != .message { count += FieldWriter.byteCount(name: "event", event.type.text.utf8Count) }
        if let idByteCount { count += FieldWriter.byteCount(name: "id", idByteCount) }
        if let retry = event.retry { count += FieldWriter.byteCount(name: "retry", retry.decimal.utf8.count) }
        switch self.dataEncoding.kind {
        case .base64:
            let bytes = event.withUnsafeBytes { $0.count }
            count += FieldWriter.byteCount(name: "data", Base64.encodedByteCount(bytes))
        case .text:
            if !event.isMadeFromText, !event.withUnsafeBytes({ $0.isUTF8 }) { throw .dataIsNotText }
            count += event.withUnsafeBytes { data in
                LinesOfText(data).reduce(0) { $0 + FieldWriter.byteCount(name: "data", $1.count) }
            }
        }
        return count
    }

    /// Writes an event into memory.
    ///
    /// - Parameters:
    ///   - event: An event for which ``encodedByteCount(of:)`` did not throw.
    ///   - buffer: At least that many bytes.
    /// - Returns: The number of bytes written.
    @discardableResult
    public func write(_ event: ServerSentEvent, to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard let id = event.id else { return self.write(event, id: nil, to: buffer) }
        return id.text.withUTF8Bytes { self.write(event, id: $0, to: buffer) }
    }

    /// Writes an event into memory with another id than its own.
    package func write(
        _ event: ServerSentEvent,
        id: UnsafeBufferPointer<UInt8>?,
        to buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var output = FieldWriter(buffer)
        if event.type != .message { event.type.text.withUTF8Bytes { output.writeField("event", $0) } }
        if let id { output.writeField("id", id) }
        if let retry = event.retry { retry.decimal.withUTF8Bytes { output.writeField("retry", $0) } }
        event.withUnsafeBytes { data in
            switch self.dataEncoding.kind {
            case .text: for line in LinesOfText(data) { output.writeField("data", line) }
            case .base64: output.writeBase64Field("data", data)
            }
        }
        output.endLine()
        return output.count
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent.ReconnectionTime {
    fileprivate var decimal: String { String(self.milliseconds) }
}

extension ServerSentEventsError {
    @available(SwiftSSE 1.0, *)
    fileprivate static var dataIsNotText: ServerSentEventsError {
        ServerSentEventsError(
            code: .dataIsNotText,
            message: "The event's data is not UTF-8 text; encode it as Base64, and tell the receiver to expect that."
        )
    }
}
