internal import Foundation
internal import NIOHTTP1
internal import SSEBroker
internal import SSEServer

/// What a subscriber asks for.
@available(SwiftSSE 1.0, *)
struct SubscriptionQuery: Sendable {
    /// What it wants.
    let selectors: [TopicSelector]
    /// The same as the subscriber wrote it.
    let texts: [String]
    /// Where it was, `nil` if it does not say.
    let lastEventID: String?
    /// The events that it asks for of those that there are already.
    let start: SubscriptionStart
    /// The details that it is told of each event beside the event itself.
    let details: EventDetails

    /// The beginning of its stream. A client that comes back has the same query as before, so its last event ID counts
    /// more.
    var point: ResumePoint {
        if let lastEventID, !lastEventID.isEmpty { ResumePoint(lastEventID: lastEventID) } else { self.start.point }
    }

    /// Reads a request.
    ///
    /// - Parameter fields: Those of the query, and of the body if there is one that counts.
    /// - Throws: A refusal with the status 400.
    init(_ fields: FormFields, _ headers: HTTPHeaders, _ names: ProtocolNames) throws(HubRefusal) {
        var selectors: [TopicSelector] = []
        var texts: [String] = []
        do throws(BrokerError) {
            for (name, value) in fields.fields {
                guard let matching = names.matchers[name] else { continue }
                let isTopic = matching == .exact && value != "*"
                selectors.append(isTopic ? .exact(try Topic(value)) : try TopicSelector(value))
                texts.append(value)
            }
        } catch {
            throw HubRefusal(error)
        }
        if names.reservesMatch {
            for (name, _) in fields.fields where names.matchers[name] == nil && Self.isMatcher(name) {
                throw HubRefusal(.badRequest, "Of what begins with `match` this hub knows `match` and `match_exact`.")
            }
        }
        guard !texts.isEmpty else {
            let name = names.matcherName
            throw HubRefusal(.badRequest, "A topic is missing: add `?\(name)=…`, or `?\(name)=*`.")
        }
        self.start = try SubscriptionStart(fields)
        self.details = try Self.details(fields)
        self.selectors = selectors
        self.texts = texts
        self.lastEventID =
            headers.first(name: "Last-Event-ID") ?? names.lastEventIDs.lazy.compactMap { fields[$0] }.first
    }

    /// Reads `details=topics`, a parameter of this hub and of no protocol.
    private static func details(_ fields: FormFields) throws(HubRefusal) -> EventDetails {
        let values = fields.all("details")
        guard values.allSatisfy({ $0 == "topics" }) else {
            throw HubRefusal(.badRequest, "The details that this hub can add to events are `topics`.")
        }
        return values.isEmpty ? .none : .topics
    }

    /// Whether a name begins with `match`, in any case.
    private static func isMatcher(_ name: String) -> Bool {
        name.utf8.prefix(5).map { $0 | 0x20 }.elementsEqual("match".utf8)
    }
}

/// The events that a subscriber asks for of those that there are already, beside its last event ID: `rewind`, `since`
/// and `history`, which are the hub's own and not the Mercure protocol's.
@available(SwiftSSE 1.0, *)
enum SubscriptionStart: Sendable, Hashable {
    /// None but those that come.
    case none

    /// The newest events, and then what comes (`rewind=20`).
    case rewind(Int)

    /// The events since a time, and then what comes (`since=2026-11-30T12:00:00Z`). Given as the time since 1970.
    case since(Duration)

    /// The newest events before a position, and nothing else (`history=20`, `before=…`).
    case history(Int, before: EventPosition?)

    /// The most events of ``rewind(_:)``.
    static let maximumRewind = 10_000
    /// The most events of ``history(_:before:)``.
    static let maximumHistory = 1000

    /// Reads a request's fields.
    ///
    /// - Throws: A refusal with the status 400.
    init(_ fields: FormFields) throws(HubRefusal) {
        let given = ["rewind", "since", "history"].filter { fields[$0] != nil }
        guard given.count <= 1 else {
            throw HubRefusal(.badRequest, "Ask for one of `rewind`, `since` and `history`.")
        }
        if fields["before"] != nil, fields["history"] == nil {
            throw HubRefusal(.badRequest, "`before` belongs to `history`.")
        }
        if let text = fields["rewind"] {
            self = .rewind(try Self.count(text, "rewind", atMost: Self.maximumRewind))
        } else if let text = fields["since"] {
            guard let time = Self.time(text) else {
                throw HubRefusal(
                    .badRequest,
                    "`since` is a time such as 2026-11-30T12:00:00Z, or the seconds since 1970; '+' is written %2B."
                )
            }
            self = .since(time)
        } else if let text = fields["history"] {
            let count = try Self.count(text, "history", atMost: Self.maximumHistory)
            let end = try fields["before"].map { text throws(HubRefusal) in
                guard let position = EventPosition(wireID: text) else {
                    throw HubRefusal(
                        .badRequest,
                        "`before` is what the page after it had as `earlier`; '#' is written %23."
                    )
                }
                return position
            }
            self = .history(count, before: end)
        } else {
            self = .none
        }
    }

    /// The beginning of a stream whose client has no last event ID.
    var point: ResumePoint {
        switch self {
        case .none, .rewind(0), .history: .latest
        case .rewind(let count): .newest(count)
        case .since(let time): .since(time)
        }
    }

    private static func count(_ text: String, _ name: String, atMost maximum: Int) throws(HubRefusal) -> Int {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text), count <= maximum else {
            throw HubRefusal(.badRequest, "`\(name)` is a number of events, from 0 to \(maximum).")
        }
        return count
    }

    /// Reads a time of RFC 3339, or seconds since 1970, with a fraction or without.
    private static func time(_ text: String) -> Duration? {
        guard text.utf8.count <= 40 else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }) {
            return Double(text).flatMap(Self.duration)
        }
        let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
        let date = styles.lazy.compactMap { try? Date(text, strategy: $0) }.first
        return date.flatMap { Self.duration($0.timeIntervalSince1970) }
    }

    private static func duration(_ seconds: Double) -> Duration? {
        // Up to the year 9999.
        guard seconds >= 0, seconds < 253_402_300_800 else { return nil }
        return .milliseconds(Int64((seconds * 1000).rounded(.down)))
    }
}
