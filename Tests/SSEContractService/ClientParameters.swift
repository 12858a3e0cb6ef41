internal import SSEClient
private import Foundation
private import HTTPTypes
private import Hummingbird

/// What the harness says of a client that it wants.
struct ClientParameters: Decodable {
    let streamUrl: String
    let callbackUrl: String
    /// The name of the test, for people.
    let tag: String?
    let initialDelayMs: Int?
    let readTimeoutMs: Int?
    let lastEventId: String?
    let headers: [String: String]?
    let method: String?
    let body: String?
}

@available(SwiftSSE 1.0, *)
extension ClientParameters {
    /// What is meant.
    ///
    /// - Throws: `HTTPError` with the status 400 if something is no valid value.
    func settings() throws -> ClientSettings {
        var request = EventStreamRequest(url: try Self.url(self.streamUrl, "streamUrl"))
        if let method = self.method {
            guard let method = HTTPRequest.Method(method) else { throw Self.invalid("method") }
            request.method = method
        }
        for (name, value) in self.headers ?? [:] {
            guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else { throw Self.invalid("headers") }
            request.headers[name] = value
        }
        request.body = self.body.map { Array($0.utf8) }
        if let id = self.lastEventId {
            guard let id = try? ServerSentEvent.EventID(id) else { throw Self.invalid("lastEventId") }
            request.lastEventID = id
        }
        return ClientSettings(
            request: request,
            subscription: try self.subscription(),
            callbackURL: try Self.url(self.callbackUrl, "callbackUrl")
        )
    }

    private func subscription() throws -> EventStreamSubscription.Configuration {
        var configuration = EventStreamSubscription.Configuration.defaults
        // The harness has limits of its own for how long a reconnection may take.
        configuration.policy.jitter = 0
        if let delay = self.initialDelayMs {
            guard delay >= 0 else { throw Self.invalid("initialDelayMs") }
            configuration.policy.initialDelay = .milliseconds(delay)
        }
        if let timeout = self.readTimeoutMs {
            guard timeout > 0 else { throw Self.invalid("readTimeoutMs") }
            configuration.idleTimeout = .milliseconds(timeout)
        }
        return configuration
    }

    private static func url(_ text: String, _ name: String) throws -> String {
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased()), url.host() != nil
        else {
            throw Self.invalid(name)
        }
        return text
    }

    private static func invalid(_ name: String) -> HTTPError {
        HTTPError(.badRequest, message: "The parameter \(name) is not valid.")
    }
}

/// What the harness tells a client to do.
struct ClientCommand: Decodable {
    let command: String
}

/// A client that is to be made.
@available(SwiftSSE 1.0, *)
struct ClientSettings: Sendable {
    /// What to ask for at each attempt.
    let request: EventStreamRequest
    /// When to connect again.
    let subscription: EventStreamSubscription.Configuration
    /// Where to report; each callback goes to a number below it.
    let callbackURL: String
}
