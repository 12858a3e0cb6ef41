internal import NIOCore
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// The header of the PROXY protocol, as bytes.
struct ProxyHeaderTests {
    /// A header of version 2.
    static func binary(command: UInt8 = 0x21, family: UInt8 = 0x11, length: Int? = nil, _ body: [UInt8]) -> [UInt8] {
        let count = length ?? body.count
        return [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10, command, family, UInt8(count >> 8), UInt8(count & 0xFF)]
            + body
    }

    /// From 192.0.2.1 and port 1000 to 198.51.100.1 and port 80.
    static let ipv4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 1, 3, 232, 0, 80]
    /// From 2001:db8::1 to 2001:db8::2.
    static let ipv6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        + [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2] + [3, 232, 0, 80]

    /// Headers, and the client's address, or what else they say.
    @available(SwiftSSE 1.0, *)
    static let valid: [(bytes: [UInt8], meaning: String)] = [
        (Array("PROXY TCP4 192.0.2.1 198.51.100.1 1000 80\r\n".utf8), "192.0.2.1"),
        (Array("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n".utf8), "255.255.255.255"),
        (Array("PROXY TCP6 2001:db8::1 2001:db8::2 0 80\r\n".utf8), "2001:db8::1"),
        (Array("PROXY TCP6 ::ffff:192.0.2.1 ::1 1000 80\r\n".utf8), "192.0.2.1"),
        (Array("PROXY UNKNOWN\r\n".utf8), "unknown"),
        (Array("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n".utf8), "unknown"),
        (Array(("PROXY UNKNOWN " + String(repeating: "x", count: 91) + "\r\n").utf8), "unknown"),
        (Self.binary(Self.ipv4), "192.0.2.1"),
        (Self.binary(family: 0x21, Self.ipv6), "2001:db8::1"),
        // With what a proxy adds.
        (Self.binary(Self.ipv4 + [0x04, 0, 3, 0, 0, 0]), "192.0.2.1"),
        (Self.binary(Self.ipv4 + Array(repeating: 0, count: ProxyHeader.maximumBinaryBytes - 12)), "192.0.2.1"),
        (Self.binary(command: 0x20, family: 0x00, []), "proxy"),
        (Self.binary(command: 0x20, family: 0x11, Self.ipv4), "proxy"),
        (Self.binary(command: 0x21, family: 0x00, []), "unknown"),
        (Self.binary(command: 0x21, family: 0x31, Array(repeating: 0, count: 216)), "unknown"),
    ]

    @available(SwiftSSE 1.0, *)
    private static func meaning(_ header: ProxyHeader) -> String {
        switch header {
        case .client(let address): address.description
        case .unknown: "unknown"
        case .proxy: "proxy"
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.valid.indices)
    func `A header is read wherever its bytes are split, and what follows is left`(index: Int) throws {
        let (header, meaning) = Self.valid[index]
        let bytes = header + Array("GET /".utf8)
        for end in 0...bytes.count {
            var received = ByteBuffer(bytes: bytes[..<end])
            let read = try ProxyHeader.read(from: &received)
            #expect(read.map(Self.meaning) == (end >= header.count ? meaning : nil), "\(end)")
            #expect(received.readableBytes == (end >= header.count ? end - header.count : end), "\(end)")
        }
        // Also where it does not stand at the beginning of its buffer.
        var later = ByteBuffer(bytes: [1, 2, 3] + bytes)
        later.moveReaderIndex(forwardBy: 3)
        #expect(try ProxyHeader.read(from: &later).map(Self.meaning) == meaning)
        #expect(String(buffer: later) == "GET /")
    }

    /// What is no header, the shortest beginning that shows it.
    @available(SwiftSSE 1.0, *)
    static let malformed: [[UInt8]] =
        [
            "G", "PROXX", "p", "PROXY\t", "PROXY TCP4 192.0.2.1 198.51.100.1 1000 80\n", "PROXY \r\n", "PROXY\r",
            "PROXY TCP5 192.0.2.1 198.51.100.1 1000 80\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 1000\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.1 1000 80 \r\n", "PROXY TCP4  192.0.2.1 198.51.100.1 1000 80\r\n",
            "PROXY TCP4 192.0.2.256 198.51.100.1 1000 80\r\n", "PROXY TCP4 2001:db8::1 2001:db8::2 1000 80\r\n",
            "PROXY TCP4 ::ffff:192.0.2.1 198.51.100.1 1000 80\r\n", "PROXY TCP6 192.0.2.1 198.51.100.1 1000 80\r\n",
            "PROXY TCP6 fe80::1%lo fe80::2 1000 80\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 65536 80\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.1 01 80\r\n", "PROXY TCP4 192.0.2.1 198.51.100.1 -1 80\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.1 1000 \r\n", "PROXY UNKNOWNX\r\n",
            "PROXY UNKNOWN " + String(repeating: "x", count: 93),
        ].map { Array($0.utf8) } + [
            [13, 10, 13, 11], [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 11],
            // Another version, another command, families that there are not, and too little for an address.
            Self.binary(command: 0x11, length: 12, []), Self.binary(command: 0x22, Self.ipv4),
            Self.binary(family: 0x12, Self.ipv4), Self.binary(family: 0x41, Self.ipv4),
            Self.binary(Array(Self.ipv4.dropLast())), Self.binary(family: 0x21, Array(Self.ipv6.dropLast())),
            // Too much, which is not waited for.
            Self.binary(length: ProxyHeader.maximumBinaryBytes + 1, []),
        ]

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.malformed.indices)
    func `What is no header is known as soon as it can be`(index: Int) throws {
        let bytes = Self.malformed[index]
        for end in 0..<bytes.count {
            var received = ByteBuffer(bytes: bytes[..<end])
            #expect(try ProxyHeader.read(from: &received) == nil, "\(end)")
        }
        var received = ByteBuffer(bytes: bytes)
        #expect(throws: ProxyHeader.Malformed.self) { try ProxyHeader.read(from: &received) }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Bytes by chance neither trap nor are waited for without end`() {
        var generator = SeededGenerator(seed: 1)
        let starts = Self.valid.map(\.bytes) + Self.malformed
        for _ in 0..<20_000 {
            var bytes = starts.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            var received = ByteBuffer(bytes: bytes + Array(repeating: 0x20, count: 2200))
            let header = Result { try ProxyHeader.read(from: &received) }
            if case .success(.none) = header { Issue.record("It waits for more behind \(bytes).") }
        }
    }
}
