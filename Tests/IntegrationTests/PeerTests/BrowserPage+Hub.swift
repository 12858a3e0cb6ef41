internal import Foundation

/// Event sources in the page, and publishing from it.
@available(SwiftSSE 1.0, *)
extension BrowserPage {
    /// What a source has received.
    struct Message: Codable, Equatable {
        let id: String
        let data: String
    }

    /// What a hub says to an event that is published.
    struct Answer: Codable, Equatable {
        let status: Int
        let type: String
        let body: String
    }

    /// Makes a source that notes its messages, under a name.
    func subscribe(_ name: String, to url: String, withCredentials: Bool = false) async throws {
        try await self.evaluate(
            """
            (() => {
                const source = new EventSource(\(Self.literal(url)), { withCredentials: \(withCredentials) });
                source.seen = [];
                source.onmessage = (event) => source.seen.push({ id: event.lastEventId, data: event.data });
                (window.sources ??= {})[\(Self.literal(name))] = source;
            })()
            """
        )
    }

    /// Makes a source, and waits until it is open.
    func open(_ name: String, at url: String, withCredentials: Bool = false) async throws {
        try await self.subscribe(name, to: url, withCredentials: withCredentials)
        try await self.wait(until: "\(Self.source(name)).readyState === EventSource.OPEN")
    }

    /// Closes a source, which makes room for another one: a browser has six connections to a server of HTTP/1.1.
    func close(_ name: String) async throws {
        try await self.evaluate("\(Self.source(name)).close()")
    }

    /// Waits until a source has received data.
    func wait(for data: String, from name: String) async throws {
        let data = Self.literal(data)
        try await self.wait(until: "\(Self.source(name)).seen.some((message) => message.data === \(data))")
    }

    /// All that a source has received until now.
    func messages(of name: String) async throws -> [Message] {
        let json = try await self.evaluate("JSON.stringify(\(Self.source(name)).seen)")
        return try JSONDecoder().decode([Message].self, from: Data(json.utf8))
    }

    /// Publishes an event with `fetch`, with the browser's cookies and with a token if there is one.
    func publish(_ fields: [(String, String)], to url: String, token: String? = nil) async throws -> Answer {
        let pairs = try JSONEncoder().encode(fields.map { [$0.0, $0.1] })
        let authorization = token.map { "Authorization: \(Self.literal("Bearer \($0)"))" } ?? ""
        let json = try await self.evaluate(
            """
            (async () => {
                const response = await fetch(\(Self.literal(url)), {
                    method: 'POST',
                    credentials: 'include',
                    headers: { \(authorization) },
                    body: new URLSearchParams(\(String(decoding: pairs, as: UTF8.self))),
                });
                return JSON.stringify({
                    status: response.status,
                    type: response.headers.get('Content-Type'),
                    body: await response.text(),
                });
            })()
            """
        )
        return try JSONDecoder().decode(Answer.self, from: Data(json.utf8))
    }

    /// The source of a name, in JavaScript.
    static func source(_ name: String) -> String { "sources[\(Self.literal(name))]" }
}
