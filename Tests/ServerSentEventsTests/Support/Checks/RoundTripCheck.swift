package import ServerSentEvents

/// What the encoder writes is read as the same events again, by the parser and by the model.
@available(SwiftSSE 1.0, *)
package enum RoundTripCheck {
    /// Takes the encoding, sizes of chunks and then events from the bytes.
    package static func check(_ input: [UInt8]) throws(Mismatch) {
        var reader = InputReader(input)
        let encoding: DataEncoding = reader.byte() & 0x01 == 0 ? .text : .base64
        let sizes = reader.chunkSizes()
        var events: [ServerSentEvent] = []
        while !reader.isAtEnd { events.append(try reader.event()) }
        try Self.check(events, dataEncoding: encoding, chunkSizes: sizes)
    }

    package static func check(
        _ events: [ServerSentEvent],
        dataEncoding: DataEncoding,
        chunkSizes: [Int]
    ) throws(Mismatch) {
        let encoder = EventStreamEncoder(dataEncoding: dataEncoding)
        var encodable: [ServerSentEvent] = []
        var stream: [UInt8] = []
        for event in events {
            guard let bytes = try Self.encode(event, encoder) else { continue }
            stream += bytes
            encodable.append(event)
        }
        let atOnce = Result { () throws(ServerSentEventsError) in try encoder.encode(contentsOf: encodable) }
        try Mismatch.unless(atOnce, equals: .success(stream), "several events at once")
        if stream.contains(0x0D) { throw Mismatch("a CR in \(ByteText(stream))") }

        let expected = Self.outcome(of: encodable, dataEncoding)
        let configuration = EventStreamParser.Configuration(dataEncoding: dataEncoding, reportsComments: true)
        for chunks in [[stream], stream.chunks(of: chunkSizes)] {
            let found = Outcome.parsing(chunks, configuration: configuration)
            try Mismatch.unless(found, equals: expected, "\(ByteText(stream)) in chunks of \(chunks.map(\.count))")
        }
        let model = ModelParser.parse(stream, configuration: configuration)
        try Mismatch.unless(model, equals: expected, "\(ByteText(stream)) in the model")
    }

    /// Encodes an event in the three ways there are; `nil` if it is refused, as it must be.
    private static func encode(
        _ event: ServerSentEvent,
        _ encoder: EventStreamEncoder
    ) throws(Mismatch) -> [UInt8]? {
        let isRefused =
            encoder.dataEncoding == .text && Array(String(decoding: event.bytes, as: UTF8.self).utf8) != event.bytes
        do throws(ServerSentEventsError) {
            let bytes = try encoder.encode(event)
            let count = try encoder.encodedByteCount(of: event)
            let written = [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
                written = encoder.write(event, to: buffer)
            }
            if !isRefused, count == bytes.count, written == bytes { return bytes }
        } catch {
            if isRefused, error.code == .dataIsNotText { return nil }
        }
        throw Mismatch("\(event) is not encoded as it must be")
    }

    private static func outcome(of events: [ServerSentEvent], _ dataEncoding: DataEncoding) -> Outcome {
        var outcome = Outcome()
        for event in events {
            let data = dataEncoding == .text ? Self.normalizingLineEnds(of: event.bytes) : event.bytes
            let retry = event.retry?.milliseconds
            let id = event.id.map { ByteText($0.rawValue) }
            if let retry { outcome.findings.append(.retry(retry)) }
            outcome.findings.append(
                .event(type: ByteText(event.type.rawValue), data: ByteText(data), id: id, retry: retry)
            )
            outcome.lastEventID = id ?? outcome.lastEventID
            outcome.reconnectionTime = retry ?? outcome.reconnectionTime
        }
        return outcome
    }

    /// CRLF and CR as LF, which is how they arrive.
    package static func normalizingLineEnds(of text: [UInt8]) -> [UInt8] {
        var normalized: [UInt8] = []
        for (index, byte) in text.enumerated() {
            switch byte {
            case 0x0D: normalized.append(0x0A)
            case 0x0A where index > 0 && text[index - 1] == 0x0D: break
            default: normalized.append(byte)
            }
        }
        return normalized
    }
}

@available(SwiftSSE 1.0, *)
extension InputReader {
    /// The next bytes as an event: a byte that tells what it has, and then its parts.
    fileprivate mutating func event() throws(Mismatch) -> ServerSentEvent {
        let flags = self.byte()
        var event = ServerSentEvent(data: "")
        do throws(ServerSentEventsError) {
            if flags & 0x01 != 0 {
                let type = self.text(upTo: 40, without: [0x0A, 0x0D])
                event.type = type.isEmpty ? .message : try ServerSentEvent.EventType(type)
            }
            if flags & 0x02 != 0 {
                event.id = try ServerSentEvent.EventID(self.text(upTo: 40, without: [0x00, 0x0A, 0x0D]))
            }
            switch flags >> 2 & 0x03 {
            case 0: break
            case 1: event.retry = .milliseconds(0)
            case 2: event.retry = .milliseconds(UInt32(self.byte()) << 24 | UInt32(self.byte()))
            default: event.retry = try ServerSentEvent.ReconnectionTime(.milliseconds(Int64.max))
            }
        } catch {
            throw Mismatch("valid text is refused: \(error)")
        }
        let data = self.bytes(Int(self.byte()))
        if flags & 0x10 != 0 { event.bytes = data } else { event.data = String(decoding: data, as: UTF8.self) }
        return event
    }

    private mutating func text(upTo count: Int, without excluded: [UInt8]) -> String {
        let bytes = self.bytes(Int(self.byte()) % (count + 1))
        return String(decoding: bytes.filter { !excluded.contains($0) }, as: UTF8.self)
    }
}
