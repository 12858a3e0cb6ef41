import NIOCore
import ServerSentEvents

/// The form in which an event goes to a hub; all but its data is written once for many events.
@available(SwiftSSE 1.0, *)
struct EventForm: Sendable {
    private let start: [UInt8]

    init(
        topics: [String],
        type: ServerSentEvent.EventType? = nil,
        id: ServerSentEvent.EventID? = nil,
        retry: Duration? = nil
    ) {
        var fields = topics.map { ("topic", $0) }
        if let type { fields.append(("type", type.rawValue)) }
        if let id { fields.append(("id", id.rawValue)) }
        if let retry { fields.append(("retry", "\(Int64(retry / .milliseconds(1)))")) }
        var start: [UInt8] = []
        for (name, value) in fields {
            start += "\(name)=".utf8
            start.appendFormEncoded(Array(value.utf8)[...])
            start.append(UInt8(ascii: "&"))
        }
        self.start = start + "data=".utf8
    }

    /// The form of an event with this data.
    func callAsFunction(data: ArraySlice<UInt8>) -> ByteBuffer {
        var form = self.start
        form.reserveCapacity(form.count + data.count + data.count / 2)
        form.appendFormEncoded(data)
        return ByteBuffer(bytes: form)
    }
}

extension [UInt8] {
    /// Whether a byte may stand for itself in a form.
    private static let isPlain: [Bool] = (0...255).map { (byte: UInt8) in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default:
            false
        }
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Appends a name or a value as `application/x-www-form-urlencoded` has it.
    mutating func appendFormEncoded(_ bytes: ArraySlice<UInt8>) {
        let (isPlain, digits) = (Self.isPlain, Self.digits)
        for byte in bytes {
            if isPlain[Int(byte)] {
                self.append(byte)
            } else if byte == UInt8(ascii: " ") {
                self.append(UInt8(ascii: "+"))
            } else {
                self.append(UInt8(ascii: "%"))
                self.append(digits[Int(byte >> 4)])
                self.append(digits[Int(byte & 15)])
            }
        }
    }
}

extension String {
    /// The text as a form or a query has it.
    var formEncoded: String {
        var encoded: [UInt8] = []
        encoded.appendFormEncoded(Array(self.utf8)[...])
        return String(decoding: encoded, as: UTF8.self)
    }
}
