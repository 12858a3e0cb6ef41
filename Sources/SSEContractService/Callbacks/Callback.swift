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
