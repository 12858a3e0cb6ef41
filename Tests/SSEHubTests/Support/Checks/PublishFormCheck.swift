import NIOCore
import NIOHTTP1
import SSEBroker
import ServerSentEvents

@testable import SSEHub

/// Whatever a publisher sends, it is refused, or it is one event with what the fields say and nothing else.
@available(SwiftSSE 1.0, *)
package enum PublishFormCheck {
    /// What came out in another way than it must.
    package struct Mismatch: Error, CustomStringConvertible {
        package let description: String
    }

    /// Takes the bytes for a form.
    package static func check(_ input: [UInt8]) throws(Mismatch) {
        let fields = Self.fields(input)
        let publication: Publication
        do throws(HubRefusal) {
            publication = try PublishForm(ByteBuffer(bytes: input)).publication
        } catch {
            guard error.status == .badRequest || error.status == .payloadTooLarge else {
                throw Mismatch(description: "refused with \(error.status)")
            }
            if let fields, Self.isAcceptable(fields) {
                throw Mismatch(description: "refused, but should not be: \(error.message)")
            }
            return
        }
        guard let fields else { throw Mismatch(description: "accepted, but is not a form of text") }
        func first(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        func text(_ name: String) -> String? { first(name).flatMap { $0.isEmpty ? nil : $0 } }
        try Self.require(publication.isPrivate == (first("private") != nil), "it is private or not, unlike the form")
        let topics = fields.filter { $0.name == "topic" }.map(\.value)
        try Self.require(!topics.isEmpty && topics == publication.topics.map(\.rawValue), "the topics are others")
        let event = publication.event
        try Self.require(event.data == first("data") ?? "", "the data are others")
        try Self.require(event.id?.rawValue == text("id"), "the id is another")
        try Self.require(event.type.rawValue == text("type") ?? "message", "the type is another")
        try Self.require(
            event.retry?.milliseconds.description == first("retry").map(Self.withoutZeros),
            "the time is another"
        )
        try Self.checkEncoding(of: event)
    }

    /// What is written is read as this event and nothing else.
    private static func checkEncoding(of event: ServerSentEvent) throws(Mismatch) {
        do {
            let bytes = try EventStreamEncoder().encode(event)
            var parser = EventStreamParser()
            let events = try parser.parse(bytes).compactMap { item -> ServerSentEvent? in
                if case .event(let event) = item { event } else { nil }
            }
            try Self.require(events.count == 1, "it is \(events.count) events")
            try Self.require(events[0].id == event.id && events[0].type == event.type, "it is another when it arrives")
        } catch let error as Mismatch {
            throw error
        } catch {
            throw Mismatch(description: "it cannot be sent: \(error)")
        }
    }

    private static func require(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws(Mismatch) {
        if !condition { throw Mismatch(description: otherwise()) }
    }

    // MARK: The model

    /// The names and values, `nil` if something is no text or there are too many.
    private static func fields(_ bytes: [UInt8]) -> [(name: String, value: String)]? {
        let parts = bytes.split(separator: UInt8(ascii: "&"))
        guard parts.count <= 1000 else { return nil }
        var fields: [(name: String, value: String)] = []
        for part in parts {
            let pieces = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.text(pieces[0]), let value = Self.text(pieces.count > 1 ? pieces[1] : []) else {
                return nil
            }
            fields.append((name, value))
        }
        return fields
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                rest.prefix(2).allSatisfy({ Character(UnicodeScalar($0)).isASCIIHexDigit }),
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    /// Whether nothing can be held against these fields: only some of what is accepted, of which refusing would be wrong.
    private static func isAcceptable(_ fields: [(name: String, value: String)]) -> Bool {
        let topics = fields.filter { $0.name == "topic" }.map(\.value)
        let texts = fields.filter { $0.name == "id" || $0.name == "type" }.map(\.value)
        return !topics.isEmpty
            && topics.allSatisfy { !$0.isEmpty && $0 != "*" && $0.utf8.count < 2048 && Self.isPlain($0) }
            && texts.allSatisfy { Self.isPlain($0) && !$0.hasPrefix(" ") && !$0.hasSuffix(" ") }
            && !fields.contains { $0.name == "retry" }
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } }

    /// A number as it is written without zeros before it.
    private static func withoutZeros(_ digits: String) -> String {
        let rest = digits.drop { $0 == "0" }
        return rest.isEmpty ? "0" : String(rest)
    }
}

extension Character {
    fileprivate var isASCIIHexDigit: Bool { self.isASCII && self.isHexDigit }
}
