extension UInt8 {
    static var lineFeed: UInt8 { 0x0A }
    static var carriageReturn: UInt8 { 0x0D }
    static var space: UInt8 { 0x20 }
    static var colon: UInt8 { 0x3A }

    /// The name of a control character that a field must not hold, for error messages.
    var controlName: String {
        switch self {
        case 0: "NUL"
        case .lineFeed: "LF"
        default: "CR"
        }
    }
}

extension String {
    /// Reads the string's UTF-8 in place where it is native, as all strings made here are.
    func withUTF8Bytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // `withContiguousStorageIfAvailable` rethrows untyped, hence the detour over a `Result`.
        let inPlace = self.utf8.withContiguousStorageIfAvailable { bytes in
            Swift.Result { () throws(Failure) in try body(bytes) }
        }
        if let inPlace { return try inPlace.get() }
        return try Array(self.utf8).withContiguousBytes(body)
    }

    /// Byte equality; `==` on strings is canonical equivalence, which is not the format's rule.
    func hasSameBytes(as other: String) -> Bool {
        self.utf8.elementsEqual(other.utf8)
    }
}

extension [UInt8] {
    func withContiguousBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try self.withUnsafeBufferPointer { (bytes) throws(Failure) in try body(bytes) }
    }
}

extension Sequence<UInt8> {
    /// Reads the bytes where they lie if they lie in one place, as those of arrays, slices and `Data` do.
    @inlinable
    func withBytesInPlace<Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        // `withContiguousStorageIfAvailable` rethrows untyped, hence the detour over a `Result`.
        let inPlace = self.withContiguousStorageIfAvailable { bytes in
            Swift.Result { () throws(Failure) in try body(bytes) }
        }
        if let inPlace { return try inPlace.get() }
        let copy = Swift.Result { () throws(Failure) in
            try Array(self).withUnsafeBufferPointer { (bytes) throws(Failure) in try body(bytes) }
        }
        try copy.get()
    }
}
