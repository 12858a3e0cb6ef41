import Foundation
import ServerSentEvents

/// Prints the items of a stream in the form that was asked for.
struct EventPrinter {
    enum Format {
        /// For people: type and id, and the data below.
        case readable
        /// One JSON object a line.
        case json
        /// The data and nothing else.
        case data
    }

    private struct CommentRecord: Encodable {
        let comment: String
    }

    private let format: Format
    private let style: TextStyle
    private let json = JSONLine()

    init(format: Format) {
        self.format = format
        self.style = TextStyle(isEnabled: format == .readable && StandardOutput.isTerminal)
    }

    func print(_ event: ServerSentEvent, lastEventID: ServerSentEvent.EventID) throws {
        switch self.format {
        case .json:
            try StandardOutput.writeLine(self.json(EventRecord(event, lastEventID: lastEventID)))
        case .data:
            try StandardOutput.write(event.bytes + [UInt8(ascii: "\n")])
        case .readable:
            var head = self.style.bold(self.style.cyan(event.type.printable))
            if let id = event.id { head += self.style.dim("  id \(id.printable)") }
            if let retry = event.retry { head += self.style.dim("  retry \(retry)") }
            let lines = event.data.split(separator: "\n", omittingEmptySubsequences: false)
            try StandardOutput.writeLine(([head] + lines.map { "  " + $0.printable }).joined(separator: "\n"))
        }
    }

    func print(comment: String) throws {
        switch self.format {
        case .json: try StandardOutput.writeLine(self.json(CommentRecord(comment: comment)))
        case .readable: try StandardOutput.writeLine(self.style.dim(":" + comment.printable))
        case .data: break
        }
    }
}

/// An event as a JSON object: `type`, `data`, and `id`, which is the last event ID in force.
struct EventRecord: Encodable {
    let type: String
    /// The data, if it is text.
    let data: String?
    /// The data in Base64, if it is not text.
    let dataBase64: String?
    let id: String

    private enum CodingKeys: String, CodingKey {
        case type
        case data
        case dataBase64 = "data_base64"
        case id
    }

    init(_ event: ServerSentEvent, lastEventID: ServerSentEvent.EventID) {
        let text = event.withBytes { bytes in
            bytes.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
        }
        self.type = event.type.rawValue
        self.data = text
        self.dataBase64 = text == nil ? Data(event.bytes).base64EncodedString() : nil
        self.id = lastEventID.rawValue
    }
}

/// Values as JSON objects of one line each.
struct JSONLine {
    private let encoder: JSONEncoder

    init() {
        self.encoder = JSONEncoder()
        self.encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    func callAsFunction(_ value: some Encodable) throws -> String {
        String(decoding: try self.encoder.encode(value), as: UTF8.self)
    }
}
