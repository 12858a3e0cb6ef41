internal import Foundation

extension Data: ResponseChunk {
    var byteCount: Int { self.count }

    func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        self.withUnsafeBytes { $0.withMemoryRebound(to: UInt8.self, body) }
    }
}
