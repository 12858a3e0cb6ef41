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
        let byteCount: Int
        do throws(ServerSentEventsError) {
            byteCount = try encoder.encodedByteCount(of: event)
        } catch {
            throw BrokerError(code: .invalidEvent, message: error.message, cause: error)
        }
        let size = String(byteCount, radix: 16)
        let start = size.utf8.count + 2
        self.eventRange = start..<(start + byteCount)
        self.chunk = [UInt8](unsafeUninitializedCapacity: start + byteCount + 2) { buffer, count in
            var index = 0
            for byte in size.utf8 {
                buffer[index] = byte
                index += 1
            }
            buffer[index] = UInt8(ascii: "\r")
            buffer[index + 1] = UInt8(ascii: "\n")
            _ = encoder.write(event, to: UnsafeMutableBufferPointer(rebasing: buffer[start...]))
            buffer[start + byteCount] = UInt8(ascii: "\r")
            buffer[start + byteCount + 1] = UInt8(ascii: "\n")
            count = start + byteCount + 2
        }
    }

    /// The event as an event stream has it.
    public var event: ArraySlice<UInt8> { self.chunk[self.eventRange] }
}
