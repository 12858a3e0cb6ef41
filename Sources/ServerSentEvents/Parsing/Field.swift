/// A line that is not empty, taken apart.
///
/// - SeeAlso: [Processing a line](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation)
struct Field {
    enum Name {
        case data
        case event
        case id
        case retry
        case comment
        case unknown
    }

    var name: Name

    /// What follows the colon, less one leading space; a comment keeps its space.
    var value: UnsafeBufferPointer<UInt8>

    /// - Parameters:
    ///   - start: Where the line begins.
    ///   - count: How many bytes it has, at least one.
    @inline(__always)
    init(start: UnsafePointer<UInt8>, count: Int) {
        let nameByteCount: Int
        switch start[0] {
        case UInt8(ascii: "d") where count >= 4 && Self.fourBytes(start) == Self.data:
            self.name = .data
            nameByteCount = 4
        case UInt8(ascii: "i") where count >= 2 && start[1] == UInt8(ascii: "d"):
            self.name = .id
            nameByteCount = 2
        case UInt8(ascii: "e") where count >= 5 && Self.fourBytes(start) == Self.even && start[4] == UInt8(ascii: "t"):
            self.name = .event
            nameByteCount = 5
        case UInt8(ascii: "r") where count >= 5 && Self.fourBytes(start) == Self.retr && start[4] == UInt8(ascii: "y"):
            self.name = .retry
            nameByteCount = 5
        case .colon:
            self.name = .comment
            self.value = UnsafeBufferPointer(start: start + 1, count: count - 1)
            return
        default:
            self.name = .unknown
            self.value = UnsafeBufferPointer(start: start, count: 0)
            return
        }

        var valueStart = nameByteCount
        if nameByteCount < count {
            if start[nameByteCount] != .colon { self.name = .unknown }
            valueStart += 1
            if valueStart < count, start[valueStart] == .space { valueStart += 1 }
        }
        self.value = UnsafeBufferPointer(start: start + valueStart, count: count - valueStart)
    }

    private static var data: UInt32 { UInt32(littleEndian: 0x6174_6164) }
    private static var even: UInt32 { UInt32(littleEndian: 0x6E65_7665) }
    private static var retr: UInt32 { UInt32(littleEndian: 0x7274_6572) }

    @inline(__always)
    private static func fourBytes(_ start: UnsafePointer<UInt8>) -> UInt32 {
        UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)
    }
}

extension UInt64 {
    /// Whether the bytes, from the lowest, begin with `data: `.
    @inline(__always)
    var beginsWithData: Bool { self & 0xFFFF_FFFF_FFFF == 0x203A_6174_6164 }

    /// Whether the bytes begin with `id: `.
    @inline(__always)
    var beginsWithID: Bool { self & 0xFFFF_FFFF == 0x203A_6469 }

    /// Whether the bytes begin with `event: `.
    @inline(__always)
    var beginsWithEvent: Bool { self & 0xFF_FFFF_FFFF_FFFF == 0x20_3A74_6E65_7665 }
}
