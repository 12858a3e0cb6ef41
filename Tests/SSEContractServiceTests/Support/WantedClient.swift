/// What the harness asks for when it wants a client; the URLs are added when it is sent.
struct WantedClient: Encodable, Sendable {
    var streamUrl: String?
    var callbackUrl: String?
    var tag: String?
    /// Short, so that nobody waits, unless a test says otherwise.
    var initialDelayMs: Int? = 1
    /// Longer than a test may take, so that silence is what closes a stream only where a test says so.
    var readTimeoutMs: Int? = 300_000
    var lastEventId: String?
    var headers: [String: String]?
    var method: String?
    var body: String?
}
