/// An event that has been published.
struct ModelEvent: Sendable {
    let sequence: UInt64
    let id: String
    let topics: [String]
    let type: String
    let data: String
}
