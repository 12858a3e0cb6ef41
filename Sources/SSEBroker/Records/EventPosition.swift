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
        let counts = (self.epoch.digitCount(radix: 36), self.sequence.digitCount(radix: 36))
        buffer[0] = UInt8(ascii: "#")
        self.epoch.writeDigits(radix: 36, counts.0, to: buffer, at: 1)
        buffer[1 + counts.0] = UInt8(ascii: "-")
        self.sequence.writeDigits(radix: 36, counts.1, to: buffer, at: 2 + counts.0)
        return 2 + counts.0 + counts.1
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
