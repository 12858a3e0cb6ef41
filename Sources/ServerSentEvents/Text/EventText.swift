/// The text of an event type or an id: short and in place, or of any length and on the heap.
///
/// What fits in place is never on the heap, so equal texts are stored in the same way.
@usableFromInline
struct EventText: Sendable {
    /// The text, or ``ShortText/none`` if it is in ``long``.
    let short: ShortText

    let long: String?

    @inline(__always)
    init(short: ShortText, long: String? = nil) {
        self.short = short
        self.long = long
    }

    init(_ text: String) {
        let short = text.withUTF8Bytes { ShortText($0) }
        self.init(short: short ?? .none, long: short == nil ? text : nil)
    }

    /// Takes text from a stream; invalid UTF-8 becomes U+FFFD.
    @inline(__always)
    init(decoding bytes: UnsafeBufferPointer<UInt8>) {
        if let short = ShortText(bytes) {
            self.init(short: short)
        } else {
            self.init(short: .none, long: String(decodingStream: bytes))
        }
    }

    var utf8Count: Int { self.long?.utf8.count ?? self.short.utf8Count }

    var string: String {
        self.long ?? self.short.withUTF8Bytes { String(decoding: $0, as: UTF8.self) }
    }

    func withUTF8Bytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        self.long?.withUTF8Bytes(body) ?? self.short.withUTF8Bytes(body)
    }
}

extension EventText: Hashable {
    @usableFromInline
    static func == (first: EventText, second: EventText) -> Bool {
        guard first.short == second.short else { return false }
        return switch (first.long, second.long) {
        case (nil, nil): true
        case (let first?, let second?): first.hasSameBytes(as: second)
        default: false
        }
    }

    @usableFromInline
    func hash(into hasher: inout Hasher) {
        self.withUTF8Bytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// An ASCII text of up to 15 bytes in two words, as nearly all event types and ids are.
///
/// It is made, copied, compared and destroyed without a call, where a `String` has a retain, a release and a validation:
/// with strings in their place, a third of the time to parse small events went there.
@usableFromInline
struct ShortText: Sendable, Hashable {
    private static let capacity = 15

    // The bytes in order from the lowest, and their number in the highest byte of `high`.
    @usableFromInline
    let low: UInt64
    @usableFromInline
    let high: UInt64

    @inlinable
    @inline(__always)
    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    static var empty: ShortText { ShortText(low: 0, high: 0) }

    /// `message`, the type of most events, as a constant.
    @inlinable
    static var message: ShortText { ShortText(low: 0x0065_6761_7373_656D, high: 7 << 56) }

    /// Stands where there is no text, or a longer one somewhere else.
    @inlinable
    static var none: ShortText { ShortText(low: 0, high: .max) }

    /// Takes a text if it is short enough and ASCII.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        let count = bytes.count
        guard count <= Self.capacity else { return nil }
        guard let start = bytes.baseAddress.map(UnsafeRawPointer.init) else {
            self = .empty
            return
        }
        var low: UInt64 = 0
        var high: UInt64 = 0
        if count >= 8 {
            low = UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
            // The last eight bytes, less those that the first eight have already.
            let last = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
            high = count == 8 ? 0 : last >> (8 * UInt64(16 - count))
        } else if count >= 4 {
            low = UInt64(UInt32(littleEndian: start.loadUnaligned(as: UInt32.self)))
            let last = UInt64(UInt32(littleEndian: start.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)))
            low |= last << (8 * UInt64(count - 4))
        } else {
            for index in 0..<count { low |= UInt64(bytes[index]) << (8 * UInt64(index)) }
        }
        guard (low | high) & 0x8080_8080_8080_8080 == 0 else { return nil }
        self.init(low: low, high: high | UInt64(count) << 56)
    }

    @inlinable
    var isNone: Bool { self.high == .max }

    var utf8Count: Int { Int(self.high >> 56) }

    func withUTF8Bytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeBytes(of: (self.low.littleEndian, self.high.littleEndian)) { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { body(UnsafeBufferPointer(rebasing: $0[..<self.utf8Count])) }
        }
    }
}
