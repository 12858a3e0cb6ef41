#if AsyncHTTPClient
internal import NIOCore

extension ByteBuffer: ResponseChunk {
    var byteCount: Int { self.readableBytes }

    func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        self.withUnsafeReadableBytes { $0.withMemoryRebound(to: UInt8.self, body) }
    }
}
#endif
