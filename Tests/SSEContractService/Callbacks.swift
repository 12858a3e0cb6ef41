internal import SSEClient
private import AsyncHTTPClient
private import Foundation
private import NIOCore
private import NIOHTTP1

/// One report to the harness.
struct Callback: Encodable, Equatable {
    /// What the report is about.
    enum Kind: String, Encodable {
        case event
        case comment
        case error
    }

    let kind: Kind
    var event: CallbackEvent?
    var comment: String?
    var error: String?
}

/// An event in a report to the harness.
struct CallbackEvent: Encodable, Equatable {
    let type: String
    let data: String
    /// The event's own id, left out if it has none.
    let id: String?
}

@available(SwiftSSE 1.0, *)
extension Callback {
    /// The report of an update, `nil` if the harness does not want to hear of it.
    ///
    /// - Parameters:
    ///   - update: What has happened.
    ///   - lastEventID: The last event ID after that. As in browsers it is what an event without an id reports.
    init?(_ update: SubscriptionUpdate, lastEventID: ServerSentEvent.EventID) {
        switch update {
        case .event(let event):
            let id = lastEventID == .empty ? nil : lastEventID.rawValue
            let event = CallbackEvent(type: event.type.rawValue, data: event.data, id: id)
            self.init(kind: .event, event: event)
        case .signal(.comment(let text)):
            self.init(kind: .comment, comment: text)
        case .signal(.waiting(_, let end)):
            // That the server ends a stream is no error.
            guard end.error != nil else { return nil }
            self.init(kind: .error, error: end.description)
        case .signal(.closed(.failed(let error))):
            self.init(kind: .error, error: "\(error)")
        case .signal:
            return nil
        }
    }
}

/// Posts a client's reports one after the other, numbered from 1.
@available(SwiftSSE 1.0, *)
struct CallbackSender {
    private let url: String
    private var count = 0

    /// Makes a sender.
    ///
    /// - Parameter url: Where to report; each callback goes to a number below it.
    init(url: String) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// Posts a report, and returns when the harness has answered, whatever it says.
    ///
    /// - Throws: What went wrong if there is no answer.
    mutating func send(_ callback: Callback) async throws {
        self.count += 1
        var request = HTTPClientRequest(url: "\(self.url)/\(self.count)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(try JSONEncoder().encode(callback))
        let response = try await HTTPClient.eventStreams.execute(request, timeout: .seconds(30))
        // The connection serves the next report only if this answer has been read.
        for try await _ in response.body {}
    }
}
