/// Where an event stands in the one total order of a log.
///
/// A sequence number counts within an epoch; a log that lost its events begins a new epoch, so that positions of the old
/// one are recognised as foreign instead of being taken for others.
@available(SwiftSSE 1.0, *)
public struct EventPosition: Sendable, Hashable {
    /// The life of the log that the sequence number belongs to.
    public var epoch: UInt64

    /// The number of the event, from 1; 0 stands before the first.
    public var sequence: UInt64

    /// Makes a position.
    ///
    /// - Parameters:
    ///   - epoch: The life of the log.
    ///   - sequence: The number of the event.
    public init(epoch: UInt64, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// The event's id on the wire: `#`, the epoch, `-` and the sequence, both as numbers of base 36 in small letters, such
    /// as `#k3v9x2-1z`. Clients must not read anything into it.
    ///
    /// The `#` keeps it apart from the ids of publishers, which must not begin with it, and makes it a relative IRI as the
    /// Mercure protocol wants ids to be.
    public var wireID: String {
        String(unsafeUninitializedCapacity: Self.maximumWireIDByteCount) { self.writeWireID(to: $0) }
    }

    /// The most bytes of a ``wireID``: two numbers of 64 bits have 13 digits each.
    static let maximumWireIDByteCount = 28

    /// Writes ``wireID`` into memory, without a string, since every event that comes into a log has one.
    ///
    /// - Parameter buffer: At least ``maximumWireIDByteCount`` bytes.
    /// - Returns: The number of bytes written.
    func writeWireID(to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        buffer[0] = UInt8(ascii: "#")
        var count = 1 + Self.write(self.epoch, to: buffer, at: 1)
        buffer[count] = UInt8(ascii: "-")
        count += 1
        return count + Self.write(self.sequence, to: buffer, at: count)
    }

    private static func write(_ number: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
        var (count, rest) = (1, number / 36)
        while rest > 0 {
            count += 1
            rest /= 36
        }
        rest = number
        for index in stride(from: start + count - 1, through: start, by: -1) {
            let digit = UInt8(truncatingIfNeeded: rest % 36)
            buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            rest /= 36
        }
        return count
    }

    /// Reads an id of the form of ``wireID``.
    ///
    /// - Parameter wireID: The id. Nothing but the one way in which ``wireID`` writes a position is accepted.
    public init?(wireID: some StringProtocol) {
        guard wireID.utf8.count <= Self.maximumWireIDByteCount, wireID.utf8.first == UInt8(ascii: "#") else {
            return nil
        }
        let parts = wireID.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let epoch = UInt64(parts[0], radix: 36), let sequence = UInt64(parts[1], radix: 36)
        else {
            return nil
        }
        self.init(epoch: epoch, sequence: sequence)
        guard self.wireID == wireID else { return nil }
    }
}

@available(SwiftSSE 1.0, *)
extension EventPosition: CustomStringConvertible {
    /// The same as ``wireID``.
    public var description: String { self.wireID }
}
