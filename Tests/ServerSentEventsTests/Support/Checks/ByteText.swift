/// Text as bytes: it compares byte for byte, where `String` compares by canonical equivalence.
package struct ByteText: Hashable, Sendable {
    package var bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    package init(_ text: String) {
        self.bytes = Array(text.utf8)
    }
}

extension ByteText: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension ByteText: CustomStringConvertible {
    package var description: String {
        String(decoding: self.bytes, as: UTF8.self).debugDescription
    }
}
