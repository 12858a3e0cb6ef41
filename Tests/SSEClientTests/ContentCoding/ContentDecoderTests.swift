internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// gzip and deflate, decoded as they come.
@Suite(.timeLimit(.minutes(3)))
struct ContentDecoderTests {
    /// Decodes a body that comes in pieces.
    @available(SwiftSSE 1.0, *)
    private static func decode(_ pieces: [[UInt8]], _ coding: ContentCoding) throws(ContentCodingError) -> [UInt8] {
        var decoder = ContentDecoder(coding)
        var plain: [UInt8] = []
        for piece in pieces { plain += try Self.decode(piece, &decoder) }
        try decoder.finish()
        return plain
    }

    @available(SwiftSSE 1.0, *)
    private static func decode(
        _ piece: [UInt8],
        _ decoder: inout ContentDecoder
    ) throws(ContentCodingError) -> [UInt8] {
        piece.withUnsafeBufferPointer { decoder.append($0) }
        var plain: [UInt8] = []
        while try decoder.decode({ plain += $0 }) {}
        return plain
    }

    @Test(arguments: CodedBody.all)
    @available(SwiftSSE 1.0, *)
    func `A body is decoded, whole, byte by byte and cut anywhere`(body: CodedBody) throws {
        let bytes = body.pieces.flatMap(\.self)
        #expect(try Self.decode(body.pieces, body.coding) == body.plain)
        #expect(try Self.decode([bytes], body.coding) == body.plain)
        #expect(try Self.decode(bytes.map { [$0] }, body.coding) == body.plain)
        for cut in stride(from: 0, through: bytes.count, by: bytes.count > 1000 ? 101 : 1) {
            let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
            #expect(try Self.decode(pieces, body.coding) == body.plain)
        }
    }

    @Test(arguments: CodedBody.all.filter(\.isFlushed))
    @available(SwiftSSE 1.0, *)
    func `What has been flushed comes out before more comes in`(body: CodedBody) throws {
        var decoder = ContentDecoder(body.coding)
        for (piece, event) in zip(body.pieces, CodedBody.events) {
            let plain = try Self.decode(piece, &decoder)
            #expect(String(decoding: plain, as: UTF8.self) == event)
        }
    }

    @Test(arguments: CodedBody.all)
    @available(SwiftSSE 1.0, *)
    func `A body that stops before its end is noticed, wherever it stops`(body: CodedBody) throws {
        let bytes = body.pieces.prefix(body.isFlushed ? 4 : 1).flatMap(\.self)
        // Between two members a body may end, and without a byte it is empty.
        let isMembers = body.description.contains("member")
        for end in stride(from: 1, to: bytes.count, by: bytes.count > 1000 ? 101 : 1) where !isMembers {
            #expect(throws: ContentCodingError.truncated) { try Self.decode([Array(bytes[..<end])], body.coding) }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body that says that it is gzip and is not is taken as it is, and nothing is nothing`() throws {
        #expect(try Self.decode([Array("data: x\n\n".utf8)], .gzip) == Array("data: x\n\n".utf8))
        #expect(try Self.decode([[0xEF], [0xBB, 0xBF]], .gzip) == [0xEF, 0xBB, 0xBF])
        #expect(try Self.decode([], .gzip) == [])
        #expect(try Self.decode([], .deflate) == [])
        #expect(try Self.decode([[0x78], Array(": 1\n\n".utf8)], .gzip) == Array("x: 1\n\n".utf8))
    }

    @Test(arguments: CodedBody.all.filter { $0.coding == .deflate && $0.pieces.first?.first == 0x78 })
    @available(SwiftSSE 1.0, *)
    func `What is zlib's and is called gzip is decoded`(body: CodedBody) throws {
        #expect(try Self.decode(body.pieces, .gzip) == body.plain)
        #expect(try Self.decode(body.pieces.flatMap(\.self).map { [$0] }, .gzip) == body.plain)
    }

    @Test(
        arguments: [
            ("chunked", nil), ("gzip, chunked", "gzip for the transfer"), ("gzip", "gzip for the transfer"),
            ("BR , chunked", "br for the transfer"), ("identity", nil),
        ] as [(String, String?)]
    )
    @available(SwiftSSE 1.0, *)
    func `A coding for the transfer is not undone, and so is refused by name`(value: String, name: String?) {
        let coding = BodyCoding([.transferEncoding: value])
        #expect(coding == (name.map(BodyCoding.unknown) ?? .identity))
    }

    @Test(arguments: CodedBody.all)
    @available(SwiftSSE 1.0, *)
    func `Damage is noticed and ends no process`(body: CodedBody) {
        var generator = SeededGenerator(seed: 7)
        let bytes = body.pieces.flatMap(\.self)
        for _ in 0..<(bytes.count > 1000 ? 20 : 400) {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: damaged.indices, using: &generator)] = .random(
                    in: .min ... .max,
                    using: &generator
                )
            }
            guard let plain = try? Self.decode([damaged], body.coding), plain != body.plain else { continue }
            // Without a checksum, in the plain of gzip, and after the end, nobody can know.
            let mayDiffer = body.description.contains("nothing around") || damaged.first != bytes.first
            #expect(mayDiffer || body.description.contains("member"), "\(damaged)")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Any bytes end no process`() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<5000 {
            let noise = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            for start in [[], [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0], [0x78, 0x9C]] as [[UInt8]] {
                for coding in [ContentCoding.gzip, .deflate] { _ = try? Self.decode([start + noise], coding) }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body that becomes a thousand times as long is decoded no further than it is read`() throws {
        let bomb = DeflateBomb.bytes(beginningWith: "data: ", repetitions: 400_000)
        #expect(bomb.count < 700_000)
        var decoder = ContentDecoder(.deflate)
        bomb.withUnsafeBufferPointer { decoder.append($0) }
        var largest = 0
        var total = 0
        while try decoder.decode({ bytes in
            largest = max(largest, bytes.count)
            total += bytes.count
        }) {
            guard total < 10_000_000 else { break }
        }
        #expect(largest <= 32 * 1024)
        #expect(total < 10_000_000 + 32 * 1024)
    }

    @Test(
        arguments: [
            ("gzip", "gzip"), ("X-GZip", "gzip"), (" deflate ", "deflate"), ("identity", nil), ("", nil),
            ("identity, gzip", "gzip"), ("br", "unknown br"), ("zstd", "unknown zstd"),
            ("gzip, br", "unknown gzip, br"),
            ("gzip,gzip", "unknown gzip, gzip"),
        ] as [(String, String?)]
    )
    @available(SwiftSSE 1.0, *)
    func `The field names its codings in any case and order of words`(value: String, name: String?) {
        let found: String? =
            switch BodyCoding([.contentEncoding: value]) {
            case .identity: nil
            case .known(let coding): "\(coding)"
            case .unknown(let names): "unknown \(names)"
            }
        #expect(found == name)
    }
}
