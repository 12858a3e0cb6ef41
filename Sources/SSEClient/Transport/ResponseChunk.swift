/// A piece of a response's body, in the form in which a transport has it.
protocol ResponseChunk: Sendable {
    var byteCount: Int { get }

    func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void)
}

extension [UInt8]: ResponseChunk {
    var byteCount: Int { self.count }

    func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        self.withUnsafeBufferPointer(body)
    }
}
