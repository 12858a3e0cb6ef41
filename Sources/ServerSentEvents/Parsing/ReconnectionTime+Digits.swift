@available(SwiftSSE 1.0, *)
extension ServerSentEvent.ReconnectionTime {
    /// Reads the value of a `retry` field: one or more ASCII digits and nothing else.
    ///
    /// A number that no `Int64` holds becomes the largest one: the sender asked for "very late", not for nothing.
    init?(digits: UnsafeBufferPointer<UInt8>) {
        guard !digits.isEmpty else { return nil }
        var milliseconds: Int64 = 0
        var isTooLarge = false
        for byte in digits {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 10)
            let (sum, overflowOfSum) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            isTooLarge = isTooLarge || overflow || overflowOfSum
            milliseconds = isTooLarge ? .max : sum
        }
        self.init(unchecked: milliseconds)
    }
}
