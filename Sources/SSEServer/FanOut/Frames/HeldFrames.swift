internal import NIOCore

/// The events that connections have taken a part of. What is left of one is a place in a buffer which all share who are
/// to get the rest of it, so that an event is held once, however many subscribers are slow.
///
/// A subscriber that is slow makes progress, and so is not cut off, and what it holds may have left the log. So the
/// shard bounds ``byteCount``. All of it happens on the event loop.
@available(SwiftSSE 1.0, *)
final class HeldFrames {
    /// So few bytes are copied for each subscriber. They cost no more than a subscriber does that is slow, and a place
    /// in a shared buffer would keep all of that.
    static let copiedBytes = 16 * 1024

    fileprivate struct Key: Hashable {
        let epoch: UInt64
        let sequence: UInt64
        let framing: FrameBatch.Framing
        let owner: UInt64
    }

    private struct Entry {
        /// It leaves the table when its last holder lets go of it.
        unowned let frame: HeldFrame
    }

    private var entries: [Key: Entry] = [:]
    private var lastNumber: UInt64 = 0

    /// How many bytes are held, each event counted once.
    private(set) var byteCount = 0

    /// How many events are held.
    var count: Int { self.entries.count }

    /// The number of the event that has been held for the longest.
    var oldest: UInt64? { self.entries.values.lazy.map(\.frame.number).min() }

    /// The rest of an event.
    ///
    /// - Parameters:
    ///   - index: The event's index in the batch.
    ///   - start: The place in the batch's bytes from which on they are left.
    /// - Returns: The bytes, and what holds them, `nil` if they are a copy.
    func rest(
        of batch: FrameBatch,
        at index: Int,
        from start: Int,
        _ framing: FrameBatch.Framing
    ) -> (bytes: ByteBuffer, frame: HeldFrame?) {
        let range = batch.range(at: index)
        guard range.upperBound - start > Self.copiedBytes else {
            return (ByteBuffer(bytes: batch.bytes.readableBytesView[start..<range.upperBound]), nil)
        }
        let frame = self.frame(of: batch, at: index, range, framing)
        let end = frame.bytes.writerIndex
        let length = range.upperBound - start
        return (frame.bytes.getSlice(at: end - length, length: length) ?? ByteBuffer(), frame)
    }

    private func frame(
        of batch: FrameBatch,
        at index: Int,
        _ range: Range<Int>,
        _ framing: FrameBatch.Framing
    ) -> HeldFrame {
        let sequence = batch.marks[index].sequence
        let key = Key(epoch: batch.epoch, sequence: sequence, framing: framing, owner: batch.owner)
        if let known = self.entries[key] { return known.frame }
        self.lastNumber += 1
        // An event by itself is the whole of a buffer. One among others is taken out, so that it keeps none of theirs.
        let bytes = batch.eventCount == 1 ? batch.bytes : ByteBuffer(bytes: batch.bytes.readableBytesView[range])
        let frame = HeldFrame(key, bytes, number: self.lastNumber, in: self)
        self.entries[key] = Entry(frame: frame)
        self.byteCount += bytes.readableBytes
        return frame
    }

    fileprivate func remove(_ key: Key, byteCount: Int) {
        self.entries[key] = nil
        self.byteCount -= byteCount
    }
}

/// An event that connections have taken a part of, for as long as there is one that has not taken all of it.
@available(SwiftSSE 1.0, *)
final class HeldFrame {
    let bytes: ByteBuffer
    /// Greater than that of every event that was held before.
    let number: UInt64
    private let key: HeldFrames.Key
    private let table: HeldFrames

    fileprivate init(_ key: HeldFrames.Key, _ bytes: ByteBuffer, number: UInt64, in table: HeldFrames) {
        self.key = key
        self.bytes = bytes
        self.number = number
        self.table = table
    }

    deinit { self.table.remove(self.key, byteCount: self.bytes.readableBytes) }
}
