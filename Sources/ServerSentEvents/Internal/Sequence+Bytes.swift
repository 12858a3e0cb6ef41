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
