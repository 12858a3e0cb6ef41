internal import Foundation
internal import ServerSentEvents
internal import Testing

/// Bytes that are no text travel as Base64 if both ends agree on it.
struct Base64Tests {
    private static let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    @available(SwiftSSE 1.0, *)
    private static let encoder = EventStreamEncoder(dataEncoding: .base64)

    @available(SwiftSSE 1.0, *)
    private static let configuration = EventStreamParser.Configuration(dataEncoding: .base64)

    @Test(arguments: 0...70)
    @available(SwiftSSE 1.0, *)
    func `Bytes of every length to 70 are written as Foundation writes them, and come back`(_ count: Int) throws {
        var random = SplitMix64(seed: UInt64(count))
        for _ in 0..<20 {
            let bytes = random.bytes(count: count)
            let encoded = try Self.encoder.encode(ServerSentEvent(bytes: bytes))
            let text = Data(bytes).base64EncodedString()
            #expect(ByteText(encoded) == ByteText(count == 0 ? "data:\n\n" : "data: \(text)\n\n"))
            for chunks in [[encoded], encoded.chunks(of: 1), encoded.chunks(of: 7)] {
                let outcome = Outcome.parsing(chunks, configuration: Self.configuration)
                #expect(outcome == Outcome([.event(ByteText(bytes))]))
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Large random bytes come back`() throws {
        var random = SplitMix64(seed: 1)
        for count in [1000, 4095, 4096, 65_537] {
            let bytes = random.bytes(count: count)
            let encoded = try Self.encoder.encode(ServerSentEvent(bytes: bytes))
            #expect(Outcome.parsing([encoded], configuration: Self.configuration).findings == [.event(ByteText(bytes))])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Every digit stands for its six bits`() throws {
        for (value, digit) in Self.alphabet.enumerated() {
            let byte = UInt8(value) << 2
            let encoded = try Self.encoder.encode(ServerSentEvent(bytes: [byte]))
            #expect(ByteText(encoded) == ByteText("data: \(digit)A==\n\n"))
            let outcome = Outcome.parsing([encoded], configuration: Self.configuration)
            #expect(outcome.findings == [.event(ByteText([byte]))])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Text is written as the Base64 of its UTF-8, and keeps its CRs`() throws {
        let event = ServerSentEvent(type: "t", data: "é\r\n\r", id: "1", retry: .seconds(1))
        let encoded = try Self.encoder.encode(event)
        #expect(ByteText(encoded) == "event: t\nid: 1\nretry: 1000\ndata: w6kNCg0=\n\n")
        var parser = EventStreamParser(configuration: Self.configuration)
        #expect(try parser.parse(encoded) == [.retry(.seconds(1)), .event(event)])
    }

    @Test(
        arguments: [
            "data: QUJD\ndata: REVG\n\n", "data: QU\ndata: JDREV\ndata: G\n\n", "data:\ndata: QUJDREVG\ndata:\n\n",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Base64 that is cut into data lines is joined`(_ text: String) {
        #expect(Outcome.parsing(text, configuration: Self.configuration) == Outcome([.event("ABCDEF")]))
    }

    @Test(
        arguments: [
            "Q", "QQ", "QQ=", "QQ===", "QQ====", "QUI", "QUI==", "QUJD=", "QUJDQ", "=", "==", "====", "=QQ=", "Q=Q=",
            "Q===", "QQ==QQ==", "QQ== ", "Q Q==", "QQ-_", "QQ==x", "?", "é", "\u{FEFF}QQ==", "QQ\0=", "QQ=\ndata:",
            "{\"a\":1}",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Anything else is a typed error`(_ text: String) throws {
        var parser = EventStreamParser(configuration: Self.configuration)
        let items = try parser.parse("data: \(text)\n\ndata: QQ==\n\n".utf8)
        #expect(items.count == 2)
        guard case .invalidData(let error, _) = items.first else {
            Issue.record("\(items)")
            return
        }
        #expect(error.code == .invalidBase64)
        #expect(items.last == .event(ServerSentEvent(bytes: [0x41])))
    }

    @Test(arguments: 0..<4)
    @available(SwiftSSE 1.0, *)
    func `Whether text is Base64, and of what, is decided as by the model`(batch: Int) {
        var random = SplitMix64(seed: UInt64(batch))
        let characters = Array("QQQAAz9+/==-_ \u{7F}".utf8)
        for _ in 0..<500 {
            let count = random.number(below: 10)
            let text = (0..<count).map { _ in random.pick(characters) }
            let model = ModelBase64.decode(text)
            let expected: Finding = model.map { .event(ByteText($0)) } ?? .invalidData()
            let stream = Array("data:".utf8) + text + Array("\n\n".utf8)
            // The space that may follow the colon is not part of the data.
            guard text.first != UInt8(ascii: " ") else { continue }
            // Foundation takes more, such as padding in the middle, but what both take they must take alike.
            if let model { #expect(Data(base64Encoded: Data(text)) == Data(model), "\(ByteText(text))") }
            let outcome = Outcome.parsing([stream], configuration: Self.configuration)
            #expect(outcome.findings == [expected], "\(ByteText(text))")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An invalid event loses no event before or after it, and does not stop the stream`() {
        let stream = Array(
            "data: QQ==\n\ndata: ?\nretry: 5\n\nid: 1\ndata: Qg==\n\nid: 2\ndata: !\n\ndata: Qw==\n\n".utf8
        )
        let expected = Outcome(
            [.event("A"), .retry(5), .invalidData(), .event("B", id: "1"), .invalidData(id: "2"), .event("C")],
            lastEventID: "2",
            reconnectionTime: 5
        )
        for chunks in stream.allCuts + [stream.chunks(of: 1)] {
            #expect(Outcome.parsing(chunks, configuration: Self.configuration) == expected)
            #expect(Outcome.parsingLazily(chunks, configuration: Self.configuration) == expected)
        }
    }
}
