internal import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    /// The memory of all byte buffers the parser holds, used or not.
    var retainedByteCount: Int {
        Self.byteCount(in: self)
    }

    private static func byteCount(in value: Any) -> Int {
        if let bytes = value as? [UInt8] { return bytes.capacity }
        return Mirror(reflecting: value).children.reduce(0) { $0 + self.byteCount(in: $1.value) }
    }
}
