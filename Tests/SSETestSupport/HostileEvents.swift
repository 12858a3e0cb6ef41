package import SSEBroker

/// Publications that are made to take much more memory than their data, each kind in another way.
@available(SwiftSSE 1.0, *)
package enum HostileEvents: String, CaseIterable, Sendable {
    /// A hundred topics of two kilobytes, of which no other event has one.
    case longTopics
    /// A hundred topics of a few bytes, of which no other event has one.
    case shortTopics
    /// Topics of two kilobytes that come again, in other company, when their first event has long been forgotten.
    case returningTopics
    /// One list of long topics, again and again.
    case sameTopics
    /// Ids as long as they may be, each again and again.
    case longIDs
    /// Types of some kilobytes.
    case longTypes
    /// Nothing but what each event costs anyway.
    case tiny
    /// Data of a little more than half a page of a file.
    case halfPages
    /// Data of all sizes.
    case data
    /// Some of each kind, then of the next, with a topic in each that keeps the lists of the others.
    case changing

    /// How many of them take about four megabytes, and no more than there is time for.
    package var count: Int {
        switch self {
        case .longTopics: 20
        case .shortTopics, .returningTopics: 250
        case .sameTopics, .longTypes: 800
        case .changing: 600
        case .longIDs: 2000
        case .tiny: 8000
        case .data: 1500
        case .halfPages: 1200
        }
    }

    /// The event with a number.
    ///
    /// - Throws: `BrokerError`, if this is wrong.
    package func publication(_ number: Int, using random: inout some RandomNumberGenerator) throws -> Publication {
        switch self {
        case .longTopics:
            return Publication(
                ServerSentEvent(data: ""),
                topics: try (0..<100).map { try Self.topic("\(number)/\($0)/", 2048) }
            )
        case .shortTopics:
            return Publication(
                ServerSentEvent(data: ""),
                topics: try (0..<100).map { try Self.topic("\(number)/\($0)", 0) }
            )
        case .returningTopics:
            let topics = try (0..<10).map { _ in try Self.topic("\(Int.random(in: 0..<1000, using: &random))/", 2048) }
            return Publication(ServerSentEvent(data: ""), topics: topics)
        case .sameTopics:
            return Publication(ServerSentEvent(data: ""), topics: try (0..<100).map { try Self.topic("\($0)/", 200) })
        case .longIDs:
            let id = try ServerSentEvent.EventID(Self.text("\(number % 300)/", 256))
            return Publication(ServerSentEvent(data: "", id: id), topics: [try Self.topic("a", 0)])
        case .longTypes:
            let type = try ServerSentEvent.EventType(Self.text("\(number)", 5000))
            return Publication(ServerSentEvent(type: type, data: ""), topics: [try Self.topic("a", 0)])
        case .tiny:
            return Publication(ServerSentEvent(data: ""), topics: [try Self.topic("\(number % 10)", 0)])
        case .halfPages:
            return Publication(ServerSentEvent(data: Self.text("", 2100)), topics: [try Self.topic("a", 0)])
        case .data:
            let count = Int.random(in: 0..<12, using: &random)
            return Publication(
                ServerSentEvent(data: Self.text("", Int.random(in: 0...(1 << (count * 3 / 2)), using: &random))),
                topics: [try Self.topic("books/\(number % 100)/", 40)]
            )
        case .changing:
            let kinds: [HostileEvents] = [.tiny, .shortTopics, .longTopics, .longIDs, .data, .returningTopics]
            var publication = try kinds[number / 20 % kinds.count].publication(number, using: &random)
            if number % 10 == 0 { publication.topics.append(try Self.topic("\(number % 7)/kept/", 100)) }
            return publication
        }
    }

    private static func topic(_ beginning: String, _ byteCount: Int) throws -> Topic {
        try Topic(Self.text(beginning, byteCount))
    }

    /// A text without room to grow, as one that was read from the network.
    private static func text(_ beginning: String, _ byteCount: Int) -> String {
        let count = max(byteCount, beginning.utf8.count)
        return String(unsafeUninitializedCapacity: count) { buffer in
            buffer.initialize(repeating: UInt8(ascii: "x"))
            _ = UnsafeMutableBufferPointer(rebasing: buffer[..<beginning.utf8.count]).update(from: beginning.utf8)
            return count
        }
    }
}
