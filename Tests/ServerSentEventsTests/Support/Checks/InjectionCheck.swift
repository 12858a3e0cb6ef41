internal import ServerSentEvents

/// No text, whatever is in it, becomes a field or an event that nobody meant to send: what could is refused, and
/// everything else arrives as it was, between two events that arrive as they were.
@available(SwiftSSE 1.0, *)
package enum InjectionCheck {
    /// Takes type, id, data and comment from the bytes, each up to a byte 0xFF.
    package static func check(_ input: [UInt8]) throws(Mismatch) {
        var reader = InputReader(input)
        let type = String(decoding: reader.bytes(before: 0xFF), as: UTF8.self)
        let id = String(decoding: reader.bytes(before: 0xFF), as: UTF8.self)
        let data = String(decoding: reader.bytes(before: 0xFF), as: UTF8.self)
        try Self.check(type: type, id: id, data: data, comment: String(decoding: reader.remainder(), as: UTF8.self))
    }

    package static func check(type: String, id: String, data: String, comment: String) throws(Mismatch) {
        let encoder = EventStreamEncoder()
        let event = ServerSentEvent(
            type: try Self.type(type) ?? "plain",
            data: data,
            id: try Self.id(id) ?? "plain"
        )
        let stream: [UInt8]
        do throws(ServerSentEventsError) {
            stream =
                try encoder.encode(ServerSentEvent(type: "before", data: "1", id: "first"))
                + encoder.encode(comment: comment)
                + encoder.encode(event)
                + encoder.encode(comment: comment)
                + encoder.encode(ServerSentEvent(data: "2"))
        } catch {
            throw Mismatch("\(event) cannot be encoded: \(error)")
        }

        let comments = Self.lines(of: comment).map { Finding.comment($0) }
        let dataLines = Self.lines(of: data).map(\.bytes)
        var expected = Outcome([.event("1", type: "before", id: "first")])
        expected.findings += comments
        expected.findings.append(
            .event(
                ByteText(dataLines.joined(separator: [0x0A])),
                type: ByteText(event.type.rawValue),
                id: event.id.map { ByteText($0.rawValue) }
            )
        )
        expected.findings += comments
        expected.findings.append(.event("2"))
        expected.lastEventID = ByteText(event.id?.rawValue ?? "first")

        let configuration = EventStreamParser.Configuration(reportsComments: true)
        let found = Outcome.parsing([stream], configuration: configuration)
        try Mismatch.unless(found, equals: expected, "\(ByteText(stream))")
        let model = ModelParser.parse(stream, configuration: configuration)
        try Mismatch.unless(model, equals: expected, "\(ByteText(stream)) in the model")
    }

    /// `nil` if the type is refused, as it must be.
    private static func type(_ text: String) throws(Mismatch) -> ServerSentEvent.EventType? {
        let isRefused = text.utf8.isEmpty || text.utf8.contains { $0 == 0x0A || $0 == 0x0D }
        do throws(ServerSentEventsError) {
            let type = try ServerSentEvent.EventType(text)
            if !isRefused { return type }
        } catch {
            if isRefused, error.code == .invalidEventType { return nil }
        }
        throw Mismatch("the type \(ByteText(text)) is \(isRefused ? "accepted" : "refused")")
    }

    /// `nil` if the id is refused, as it must be.
    private static func id(_ text: String) throws(Mismatch) -> ServerSentEvent.EventID? {
        let isRefused = text.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0x00 }
        do throws(ServerSentEventsError) {
            let id = try ServerSentEvent.EventID(text)
            if !isRefused { return id }
        } catch {
            if isRefused, error.code == .invalidEventID { return nil }
        }
        throw Mismatch("the id \(ByteText(text)) is \(isRefused ? "accepted" : "refused")")
    }

    private static func lines(of text: String) -> [ByteText] {
        RoundTripCheck.normalizingLineEnds(of: Array(text.utf8))
            .split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { ByteText($0) }
    }
}
