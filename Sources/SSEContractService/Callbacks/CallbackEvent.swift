/// An event in a report to the harness.
struct CallbackEvent: Encodable, Equatable {
    let type: String
    let data: String
    /// The event's own id, left out if it has none.
    let id: String?
}
