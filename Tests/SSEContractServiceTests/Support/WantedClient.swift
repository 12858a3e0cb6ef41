/// What the harness asks for when it wants a client; the URLs are added when it is sent.
struct WantedClient: Encodable, Sendable {
    var streamUrl: String?
    var callbackUrl: String?
    var tag: String?
    /// Short, so that nobody waits, unless a test says otherwise.
    var initialDelayMs: Int? = 1
    var readTimeoutMs: Int?
    var lastEventId: String?
    var headers: [String: String]?
    var method: String?
    var body: String?
}
