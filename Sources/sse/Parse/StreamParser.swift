import Foundation
import ServerSentEvents

/// Parses one stream from standard input and prints what is in it, as it comes.
struct StreamParser {
    /// The last line of JSON output.
    private struct Summary: Encodable {
        let retry: Int64?
        let lastEventID: String

        private enum CodingKeys: String, CodingKey {
            case retry
            case lastEventID = "last_event_id"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(self.retry, forKey: .retry)
            try container.encode(self.lastEventID, forKey: .lastEventID)
        }
    }

    private let printer: EventPrinter
    private let printsSummary: Bool
    private var parser: EventStreamParser
    private var lastEventID = ServerSentEvent.EventID.empty

    init(configuration: EventStreamParser.Configuration, printer: EventPrinter, printsSummary: Bool) {
        self.printer = printer
        self.printsSummary = printsSummary
        self.parser = EventStreamParser(configuration: configuration)
    }

    mutating func run() throws {
        var items: [EventStreamItem] = []
        var failure: ServerSentEventsError?
        while failure == nil, let chunk = StandardInput.nextChunk() {
            do throws(ServerSentEventsError) {
                try chunk.withUnsafeBufferPointer { (bytes) throws(ServerSentEventsError) in
                    try self.parser.parse(bytes) { items.append($0) }
                }
            } catch {
                failure = error
            }
            for item in items { try self.print(item) }
            items.removeAll(keepingCapacity: true)
        }
        if let failure { throw CommandFailure(failure.message) }
        if self.printsSummary {
            let summary = Summary(
                retry: self.parser.reconnectionTime?.milliseconds,
                lastEventID: self.parser.lastEventID.rawValue
            )
            try StandardOutput.writeLine(JSONLine()(summary))
        }
    }

    private mutating func print(_ item: EventStreamItem) throws {
        switch item {
        case .event(let event):
            self.lastEventID = event.id ?? self.lastEventID
            try self.printer.print(event, lastEventID: self.lastEventID)
        case .comment(let comment):
            try self.printer.print(comment: comment)
        case .lastEventID(let id):
            self.lastEventID = id
        case .retry:
            break
        case .invalidData(let error, let id):
            self.lastEventID = id ?? self.lastEventID
            FileHandle.standardError.write(Data("sse: \(error.message)\n".utf8))
        }
    }
}
