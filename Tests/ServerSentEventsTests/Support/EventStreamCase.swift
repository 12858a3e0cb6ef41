internal import Foundation
internal import Testing

/// A stream of the fixture, and what has to become of it.
struct EventStreamCase: Sendable {
    /// An event as a listener sees it: with the last event ID in force.
    struct Event: Hashable, Sendable, CustomStringConvertible {
        var type: ByteText
        var data: ByteText
        var lastEventID: ByteText

        var description: String { "(\(self.type), \(self.data), \(self.lastEventID))" }
    }

    var name: String
    var bytes: [UInt8]
    var events: [Event]
    var reconnectionTime: Int64?

    /// The cases; none if the fixture cannot be read, which a test of its own notices.
    static let all: [EventStreamCase] = (try? Self.load()) ?? []

    static func load() throws -> [EventStreamCase] {
        let url = try #require(
            Bundle.module.url(forResource: "event-stream-cases", withExtension: "json", subdirectory: "Fixtures")
        )
        return try JSONDecoder().decode([EventStreamCase].self, from: Data(contentsOf: url))
    }
}

extension EventStreamCase: Decodable {
    private enum CodingKeys: String, CodingKey {
        case name
        case bytes = "bytes_base64"
        case events
        case reconnectionTime = "retry_ms"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.name = try container.decode(String.self, forKey: .name)
        self.bytes = try [UInt8](container.decode(Data.self, forKey: .bytes))
        self.events = try container.decode([Event].self, forKey: .events)
        self.reconnectionTime = try container.decodeIfPresent(Int64.self, forKey: .reconnectionTime)
    }
}

extension EventStreamCase.Event: Decodable {
    private enum CodingKeys: String, CodingKey {
        case type
        case data
        case lastEventID = "lastEventId"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.type = try ByteText(container.decode(String.self, forKey: .type))
        self.data = try ByteText(container.decode(String.self, forKey: .data))
        self.lastEventID = try ByteText(container.decode(String.self, forKey: .lastEventID))
    }
}

extension EventStreamCase: CustomTestStringConvertible {
    var testDescription: String { self.name }
}

extension Outcome {
    /// The events as a listener sees them: an event without an id comes with the last event ID of before.
    var dispatchedEvents: [EventStreamCase.Event] {
        var lastEventID: ByteText = ""
        var events: [EventStreamCase.Event] = []
        for finding in self.findings {
            switch finding {
            case .event(let type, let data, let id, _):
                lastEventID = id ?? lastEventID
                events.append(EventStreamCase.Event(type: type, data: data, lastEventID: lastEventID))
            case .lastEventID(let id):
                lastEventID = id
            case .invalidData(let id):
                lastEventID = id ?? lastEventID
            case .comment, .retry:
                break
            }
        }
        return events
    }
}
