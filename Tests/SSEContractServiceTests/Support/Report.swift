/// What the service reports in a callback.
struct Report: Decodable, Equatable, Sendable {
    struct Event: Decodable, Equatable, Sendable {
        var type: String
        var data: String
        var id: String?
    }

    var kind: String
    var event: Event?
    var comment: String?
    var error: String?

    static func event(_ data: String, type: String = "message", id: String? = nil) -> Report {
        Report(kind: "event", event: Event(type: type, data: data, id: id))
    }

    static func comment(_ text: String) -> Report {
        Report(kind: "comment", comment: text)
    }
}
