internal import SSETestSupport

/// Makes responses that no server should send out of ones that servers do send.
struct ResponseMutator {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
    }

    // MARK: HTTP/1.1

    private static let heads = [
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
    ]

    private static let bodies = [
        "9\r\ndata: 1\n\n\r\n", "0\r\n\r\n", "0\r\nTrailer: x\r\n\r\n", "data: 1\n\n", "5;a=b\r\n: hi\n\r\n", "no", "",
    ]

    private static let tokens = [
        "000", "001", "099", "100", "101", "199", "204", "304", "999", "1000", "-1", "65536", "4294967296",
        "18446744073709551616", "\r\n", "\r", "\n", "\r\n\r\n", "\n\n", ":", " ", "\t", "\0", "chunked", "gzip",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Content-Length: 1\r\n",
        "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n", "Connection: close\r\n",
        "Connection: upgrade\r\n", "Upgrade: h2c\r\n", "Set-Cookie: a=b\r\n", "Location: http://[::1\r\n",
        "Location: //\r\n", " folded\r\n", "HTTP/1.1 ", "HTTP/2.0 ", "HTTP/9.9 ", "ICY ", "FFFFFFFFFFFFFFFF\r\n",
        "8000000000000000\r\n", "0\r\n",
    ]

    /// Bytes of a connection: how it is played, and what the server says.
    mutating func http1() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &self.generator) {
            bytes += Array((Self.heads.randomElement(using: &self.generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 0...3, using: &self.generator) {
                bytes += Array((Self.bodies.randomElement(using: &self.generator) ?? "").utf8)
            }
        }
        for _ in 0..<Int.random(in: 0...4, using: &self.generator) { self.mutate(&bytes) }
        return [UInt8.random(in: .min ... .max, using: &self.generator)] + bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let start = Int.random(in: 0...bytes.count, using: &self.generator)
        let end = min(start + Int.random(in: 0...8, using: &self.generator), bytes.count)
        switch Int.random(in: 0..<6, using: &self.generator) {
        case 0:
            if start < bytes.count { bytes[start] = UInt8.random(in: .min ... .max, using: &self.generator) }
        case 1: bytes.removeSubrange(start..<end)
        case 2: bytes.insert(contentsOf: Array(bytes[start..<end]), at: start)
        case 3: bytes.removeSubrange(start...)
        default:
            let token = Array((Self.tokens.randomElement(using: &self.generator) ?? "").utf8)
            bytes.replaceSubrange(start..<(Bool.random(using: &self.generator) ? start : end), with: token)
        }
    }

    // MARK: HTTP/2

    /// The stream of the request, in frames that are to be sent on it.
    static let ownStream: UInt32 = 1

    private static let statuses = [
        "200", "200", "200", "204", "302", "304", "401", "100", "103", "101", "199", "000", "099", "-1", "", "1",
        "2000",
        "20a", "999",
    ]

    private static let fields = [
        ("content-type", "text/event-stream"), ("content-type", "text/event-stream"), ("content-length", "9"),
        ("content-length", "0"), ("content-length", "-1"), ("content-length", "x"), ("location", "/next"),
        ("set-cookie", "a=b"), ("Upper", "x"), ("", "x"), ("connection", "close"), ("transfer-encoding", "chunked"),
        (":status", "200"), (":status", "099"), (":path", "/"), ("te", "trailers"), ("a\0", "b\r\n"), ("a b", "c"),
        ("retry-after", "1"), ("content-encoding", "gzip"),
    ]

    /// Frames that are played on a connection: how, and what the server says.
    mutating func http2() -> [UInt8] {
        var bytes: [UInt8] = [UInt8.random(in: .min ... .max, using: &self.generator)]
        for _ in 0..<Int.random(in: 1...6, using: &self.generator) { bytes += self.frame().bytes }
        if Int.random(in: 0..<4, using: &self.generator) == 0 {
            var frames = Array(bytes.dropFirst())
            self.mutate(&frames)
            bytes = bytes.prefix(1) + frames
        }
        return bytes
    }

    private mutating func frame() -> RawHTTP2Frame {
        let roll = Int.random(in: 0..<20, using: &self.generator)
        var frame: RawHTTP2Frame
        switch roll {
        case 0..<7:
            var fields = [(":status", Self.statuses.randomElement(using: &self.generator) ?? "")]
            for _ in 0..<Int.random(in: 0...3, using: &self.generator) {
                if let field = Self.fields.randomElement(using: &self.generator) { fields.append(field) }
            }
            if Int.random(in: 0..<8, using: &self.generator) == 0 { fields.removeFirst() }
            let ends = Int.random(in: 0..<4, using: &self.generator) == 0
            frame = .headers(fields, stream: Self.ownStream, endsStream: ends)
        case 7..<11:
            let ends = Bool.random(using: &self.generator)
            frame = .data(
                Bool.random(using: &self.generator) ? "data: 1\n\n" : "",
                stream: Self.ownStream,
                endsStream: ends
            )
        case 11: frame = .reset(stream: Self.ownStream, UInt32.random(in: 0...15, using: &self.generator))
        case 12: frame = .goAway(lastStream: UInt32.random(in: 0...9, using: &self.generator))
        case 13:
            let id = UInt16.random(in: 0...9, using: &self.generator)
            let values: [UInt32] = [0, 1, 100, 16_384, 16_777_215, 0x7FFF_FFFF, .max]
            let value = values.randomElement(using: &self.generator) ?? 0
            frame = .settings([(id, value)])
        default:
            let count = Int.random(in: 0...12, using: &self.generator)
            frame = RawHTTP2Frame(
                kind: UInt8.random(in: 0...12, using: &self.generator),
                flags: UInt8.random(in: .min ... .max, using: &self.generator),
                stream: Bool.random(using: &self.generator) ? Self.ownStream : 0,
                payload: (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self.generator) }
            )
        }
        switch Int.random(in: 0..<40, using: &self.generator) {
        case 0: frame.flags = UInt8.random(in: .min ... .max, using: &self.generator)
        case 1: frame.stream = UInt32.random(in: 0...9, using: &self.generator)
        case 2: frame.kind = UInt8.random(in: 0...12, using: &self.generator)
        default: break
        }
        return frame
    }
}
