/// The current event as far as it came with earlier chunks, or has data of several lines: what had to be copied.
@available(SwiftSSE 1.0, *)
@usableFromInline
struct PendingBlock: Sendable {
    /// Nothing has been copied; what there is of the event lies in the current chunk.
    private(set) var isEmpty = true

    private(set) var type: [UInt8] = []
    private(set) var id: [UInt8] = []
    private(set) var data: [UInt8] = []

    private(set) var hasID = false

    /// A `data` field was seen in an earlier chunk, or a second one in this.
    private(set) var hasData = false

    @usableFromInline
    var retry: ServerSentEvent.ReconnectionTime?

    /// The bytes of the block's lines, for the limit.
    var byteCount = 0

    mutating func setType(_ value: UnsafeBufferPointer<UInt8>) {
        self.isEmpty = false
        self.type.removeAll(keepingCapacity: true)
        self.type.append(contentsOf: value)
    }

    mutating func setID(_ value: UnsafeBufferPointer<UInt8>) {
        self.isEmpty = false
        self.hasID = true
        self.id.removeAll(keepingCapacity: true)
        self.id.append(contentsOf: value)
    }

    mutating func setData(_ value: UnsafeBufferPointer<UInt8>) {
        self.isEmpty = false
        self.hasData = true
        self.data.append(contentsOf: value)
    }

    /// Adds a `data` line, or its beginning, to those that were there before.
    mutating func addDataLine(_ value: UnsafeBufferPointer<UInt8>) {
        self.isEmpty = false
        if self.hasData { self.data.append(.lineFeed) }
        self.hasData = true
        self.data.append(contentsOf: value)
    }

    /// Adds to a `data` line whose beginning is here.
    @inline(__always)
    mutating func continueDataLine(_ value: UnsafeBufferPointer<UInt8>, limit: Int) {
        if self.data.count + value.count > self.data.capacity { self.grow(limit: limit) }
        if value.count == 1 {
            // A stream that comes byte by byte takes a sixth less so.
            self.data.append(value[0])
        } else {
            self.data.append(contentsOf: value)
        }
    }

    /// Takes the data as text, and resets the block but for the reconnection time; `nil` if there is more than data.
    mutating func takeText() -> String? {
        guard self.hasData, !self.hasID, self.type.isEmpty else { return nil }
        let text = self.data.withUnsafeBufferPointer { String(decodingStream: $0) }
        self.data.clear()
        self.isEmpty = true
        self.hasData = false
        return text
    }

    /// Makes room for an event that is large already, at once for a much larger one.
    ///
    /// Memory that is not written to costs addresses only, while an array that doubles copies all it has each time into
    /// pages that are new: that was half of the time an event of 64 MB took.
    @inline(never)
    private mutating func grow(limit: Int) {
        let count = self.data.count
        guard count >= 256 * 1024 else { return }
        let (quadruple, overflow) = count.multipliedReportingOverflow(by: 4)
        self.data.reserveCapacity(min(limit, overflow ? limit : max(quadruple, 16 << 20)))
    }

    @inline(__always)
    mutating func reset() {
        self.retry = nil
        self.byteCount = 0
        if !self.isEmpty { self.clear() }
    }

    private mutating func clear() {
        self.isEmpty = true
        self.hasData = false
        self.hasID = false
        self.type.clear()
        self.id.clear()
        self.data.clear()
    }
}

extension [UInt8] {
    /// Empties a buffer for its next use; gives its memory back if that is a lot, so that one huge event does not weigh
    /// on the stream for good.
    mutating func clear() {
        self.removeAll(keepingCapacity: self.capacity <= 64 * 1024)
    }
}

/// What is known of a line that the last chunk cut.
enum PartialLine: Sendable {
    /// The chunk ended at a line end.
    case none

    /// Too few bytes so far to tell the field.
    case head

    case data
    case event
    case id
    case retry
    case comment

    /// A field that the format does not know.
    case ignored
}
