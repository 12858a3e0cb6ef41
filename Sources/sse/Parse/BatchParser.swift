import Foundation
import ServerSentEvents

/// Parses many streams, one a line of standard input, each with a parser of its own.
struct BatchParser {
    private struct Answer: Encodable {
        let events: [EventRecord]
        let retry: Int64?
        let lastEventID: String

        private enum CodingKeys: String, CodingKey {
            case events
            case retry
            case lastEventID = "last_event_id"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(self.events, forKey: .events)
            try container.encode(self.retry, forKey: .retry)
            try container.encode(self.lastEventID, forKey: .lastEventID)
        }
    }

    private let configuration: EventStreamParser.Configuration
    private let json = JSONLine()

    init(configuration: EventStreamParser.Configuration) {
        self.configuration = configuration
    }

    func run() throws {
        var lineNumber = 0
        while let line = readLine() {
            lineNumber += 1
            try StandardOutput.writeLine(self.json(self.answer(to: line, lineNumber)))
        }
    }

    private func answer(to line: String, _ lineNumber: Int) throws -> Answer {
        var parser = EventStreamParser(configuration: self.configuration)
        var records: [EventRecord] = []
        var lastEventID = ServerSentEvent.EventID.empty
        for word in line.split(separator: " ") {
            guard let chunk = Data(base64Encoded: String(word)) else {
                throw CommandFailure("Line \(lineNumber) of the input is not Base64.")
            }
            let items: [EventStreamItem]
            do throws(ServerSentEventsError) {
                items = try parser.parse(chunk)
            } catch {
                throw CommandFailure("Line \(lineNumber) of the input: \(error.message)")
            }
            for item in items {
                switch item {
                case .event(let event):
                    lastEventID = event.id ?? lastEventID
                    records.append(EventRecord(event, lastEventID: lastEventID))
                case .lastEventID(let id):
                    lastEventID = id
                case .invalidData(_, let id):
                    lastEventID = id ?? lastEventID
                case .comment, .retry:
                    break
                }
            }
        }
        return Answer(
            events: records,
            retry: parser.reconnectionTime?.milliseconds,
            lastEventID: parser.lastEventID.rawValue
        )
    }
}
