/// What `sse publish --json` prints of an event.
struct PublishReport: Encodable {
    let id: String
    let topics: [String]
    /// Which line of standard input it was.
    let line: Int?
}
