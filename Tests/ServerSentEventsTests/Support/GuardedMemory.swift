#if os(macOS) || os(Linux)
#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Memory whose last byte is followed by a page that nobody may read: reading one byte too far ends the process.
struct GuardedMemory: ~Copyable {
    private let pages: UnsafeMutableRawPointer
    private let pageByteCount: Int
    private let usableByteCount: Int

    /// The system gives no memory.
    struct Unavailable: Error {}

    /// Makes room for at least `byteCount` bytes.
    init(byteCount: Int) throws {
        let pageByteCount = Int(sysconf(Int32(_SC_PAGESIZE)))
        let usableByteCount = (byteCount + pageByteCount - 1) / pageByteCount * pageByteCount
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        let count = usableByteCount + pageByteCount
        guard let pages = mmap(nil, count, PROT_READ | PROT_WRITE, flags, -1, 0), pages != MAP_FAILED else {
            throw Unavailable()
        }
        guard mprotect(pages + usableByteCount, pageByteCount, PROT_NONE) == 0 else { throw Unavailable() }
        self.pages = pages
        self.pageByteCount = pageByteCount
        self.usableByteCount = usableByteCount
    }

    deinit {
        munmap(self.pages, self.usableByteCount + self.pageByteCount)
    }

    /// Puts the bytes right before the page that nobody may read.
    func withBytesAtTheEnd<Result>(
        _ bytes: [UInt8],
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        precondition(bytes.count <= self.usableByteCount)
        let start = self.pages + (self.usableByteCount - bytes.count)
        start.copyMemory(from: bytes, byteCount: bytes.count)
        return try start.withMemoryRebound(to: UInt8.self, capacity: bytes.count) { start in
            try body(UnsafeBufferPointer(start: start, count: bytes.count))
        }
    }
}
#endif
