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
