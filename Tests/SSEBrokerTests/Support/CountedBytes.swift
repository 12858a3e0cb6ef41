/// Bytes that count how often one of them is read.
struct CountedBytes: RandomAccessCollection {
    final class Reads {
        var count = 0
    }

    let bytes: [UInt8]
    let reads = Reads()

    var startIndex: Int { self.bytes.startIndex }
    var endIndex: Int { self.bytes.endIndex }

    subscript(index: Int) -> UInt8 {
        self.reads.count += 1
        return self.bytes[index]
    }
}
