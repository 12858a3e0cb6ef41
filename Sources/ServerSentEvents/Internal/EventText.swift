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
