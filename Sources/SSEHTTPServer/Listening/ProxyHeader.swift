internal import NIOCore

/// The header of the PROXY protocol, versions 1 and 2, by which a proxy tells where a connection comes from.
///
/// See the [specification of HAProxy](https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt), section 2.
@available(SwiftSSE 1.0, *)
enum ProxyHeader: Equatable {
    /// A client's connection, which came from here.
    case client(IPAddress)
    /// A client's connection, of which the proxy does not tell where it came from.
    case unknown
    /// The proxy's own connection, as for a check of health.
    case proxy

    /// The bytes are not a header, or one that says what cannot be.
    struct Malformed: Error {}

    /// The most bytes of a header of version 1, its line end included (section 2.1).
    static let maximumTextBytes = 107
    /// The most bytes behind the first 16 of a header of version 2: addresses take 36 of IPv6, or 216, and the rest is
    /// for what proxies add about TLS and themselves.
    static let maximumBinaryBytes = 2048

    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]

    /// Takes a header off the beginning of what a connection has sent.
    ///
    /// - Returns: The header, `nil` if it is not there as a whole yet; then nothing is taken.
    static func read(from bytes: inout ByteBuffer) throws(Malformed) -> ProxyHeader? {
        let view = bytes.readableBytesView
        guard let first = view.first else { return nil }
        return first == Self.signature[0] ? try Self.readBinary(&bytes) : try Self.readText(&bytes)
    }

    // MARK: Version 1

    private static func readText(_ bytes: inout ByteBuffer) throws(Malformed) -> ProxyHeader? {
        let view = bytes.readableBytesView.prefix(Self.maximumTextBytes)
        let start = "PROXY ".utf8
        guard view.prefix(start.count).elementsEqual(start.prefix(view.count)) else { throw Malformed() }
        guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else {
            guard view.count < Self.maximumTextBytes else { throw Malformed() }
            return nil
        }
        let line = view[..<end]
        guard line.last == UInt8(ascii: "\r"), line.count > start.count else { throw Malformed() }
        let header = try Self.parse(line.dropFirst(start.count).dropLast())
        bytes.moveReaderIndex(to: end + 1)
        return header
    }

    private static func parse(_ line: some Collection<UInt8>) throws(Malformed) -> ProxyHeader {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        // What follows this word is to be passed over.
        if words.first?.elementsEqual("UNKNOWN".utf8) == true { return .unknown }
        guard words.count == 5 else { throw Malformed() }
        let isIPv4 = words[0].elementsEqual("TCP4".utf8)
        guard isIPv4 || words[0].elementsEqual("TCP6".utf8) else { throw Malformed() }
        let source = try Self.address(words[1], isIPv4: isIPv4)
        _ = try Self.address(words[2], isIPv4: isIPv4)
        guard Self.isPort(words[3]), Self.isPort(words[4]) else { throw Malformed() }
        return .client(source)
    }

    private static func address(_ word: some Collection<UInt8>, isIPv4: Bool) throws(Malformed) -> IPAddress {
        let mark = UInt8(ascii: isIPv4 ? "." : ":")
        // Neither of the other family nor with a zone, which is for the machine that wrote it.
        guard word.contains(mark), !word.contains(UInt8(ascii: "%")), isIPv4 != word.contains(UInt8(ascii: ":")),
            let address = IPAddress(String(decoding: word, as: UTF8.self))
        else {
            throw Malformed()
        }
        return address
    }

    private static func isPort(_ word: some Collection<UInt8>) -> Bool {
        guard (1...5).contains(word.count), word.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return false }
        guard word.count == 1 || word.first != UInt8(ascii: "0") else { return false }
        return word.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= Int(UInt16.max)
    }

    // MARK: Version 2

    private static func readBinary(_ bytes: inout ByteBuffer) throws(Malformed) -> ProxyHeader? {
        let view = bytes.readableBytesView
        guard view.prefix(Self.signature.count).elementsEqual(Self.signature.prefix(view.count)) else {
            throw Malformed()
        }
        let start = view.startIndex
        guard view.count >= 16, let length = bytes.getInteger(at: start + 14, as: UInt16.self) else { return nil }
        let (command, family) = (view[start + 12], view[start + 13])
        guard length <= Self.maximumBinaryBytes, command >> 4 == 2 else { throw Malformed() }
        guard view.count >= 16 + Int(length) else { return nil }
        let header: ProxyHeader
        switch (command & 0xF, family) {
        case (0, _): header = .proxy
        // Unspecified, and a stream or datagrams between sockets in a file system: there is no address to tell.
        case (1, 0x00), (1, 0x31), (1, 0x32): header = .unknown
        case (1, 0x11):
            guard length >= 12, let source = bytes.getInteger(at: start + 16, as: UInt32.self) else {
                throw Malformed()
            }
            header = .client(IPAddress(high: 0, low: 0xFFFF_0000_0000 | UInt64(source)))
        case (1, 0x21):
            guard length >= 36, let high = bytes.getInteger(at: start + 16, as: UInt64.self),
                let low = bytes.getInteger(at: start + 24, as: UInt64.self)
            else {
                throw Malformed()
            }
            header = .client(IPAddress(high: high, low: low))
        default: throw Malformed()
        }
        bytes.moveReaderIndex(to: start + 16 + Int(length))
        return header
    }
}
