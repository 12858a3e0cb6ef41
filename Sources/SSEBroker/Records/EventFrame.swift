package import ServerSentEvents

/// An event's bytes, encoded once for everybody: as a chunk of HTTP/1.1, and within it as an event stream has them.
@available(SwiftSSE 1.0, *)
public struct EventFrame: Sendable {
    /// The event with the length of a chunk before it and a line end behind it, as `Transfer-Encoding: chunked` has it
    /// (RFC 9112, section 7.1).
    public let chunk: [UInt8]

    /// Where the event itself is in ``chunk``.
    public let eventRange: Range<Int>

    /// Encodes an event.
    ///
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/invalidEvent``.
    package init(_ event: ServerSentEvent) throws(BrokerError) {
        let encoder = EventStreamEncoder()
        let byteCount = try Self.measure { () throws(ServerSentEventsError) in
            try encoder.encodedByteCount(of: event)
        }
        self.init(byteCount) { encoder.write(event, to: $0) }
    }

    /// Encodes an event whose id is its position.
    ///
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/invalidEvent``.
    package init(_ event: ServerSentEvent, at position: EventPosition) throws(BrokerError) {
        self = try withUnsafeTemporaryAllocation(
            of: UInt8.self,
            capacity: EventPosition.maximumWireIDByteCount
        ) { buffer throws(BrokerError) in
            let id = UnsafeBufferPointer(rebasing: buffer.prefix(position.writeWireID(to: buffer)))
            let encoder = EventStreamEncoder()
            let byteCount = try Self.measure { () throws(ServerSentEventsError) in
                try encoder.encodedByteCount(of: event, idByteCount: id.count)
            }
            return EventFrame(byteCount) { encoder.write(event, id: id, to: $0) }
        }
    }

    /// Makes the frame of an event with lines before it.
    ///
    /// - Parameters:
    ///   - fields: Whole lines of fields that do not belong to the event.
    ///   - frame: The event.
    init(_ fields: [UInt8], before frame: EventFrame) {
        self.init(fields.count + frame.eventRange.count) { buffer in
            let (_, end) = buffer.update(from: fields)
            return end + UnsafeMutableBufferPointer(rebasing: buffer[end...]).update(from: frame.event).index
        }
    }

    /// Counts bytes, with the broker's error if the event cannot be encoded.
    private static func measure(_ count: () throws(ServerSentEventsError) -> Int) throws(BrokerError) -> Int {
        do throws(ServerSentEventsError) {
            return try count()
        } catch {
            throw BrokerError(code: .invalidEvent, message: error.message, cause: error)
        }
    }

    private init(_ byteCount: Int, write: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        let digitCount = UInt64(byteCount).digitCount(radix: 16)
        let start = digitCount + 2
        self.eventRange = start..<(start + byteCount)
        self.chunk = [UInt8](unsafeUninitializedCapacity: start + byteCount + 2) { buffer, count in
            UInt64(byteCount).writeDigits(radix: 16, digitCount, to: buffer, at: 0)
            buffer[digitCount] = UInt8(ascii: "\r")
            buffer[digitCount + 1] = UInt8(ascii: "\n")
            _ = write(UnsafeMutableBufferPointer(rebasing: buffer[start...]))
            buffer[start + byteCount] = UInt8(ascii: "\r")
            buffer[start + byteCount + 1] = UInt8(ascii: "\n")
            count = start + byteCount + 2
        }
    }

    /// The event as an event stream has it.
    public var event: ArraySlice<UInt8> { self.chunk[self.eventRange] }
}
