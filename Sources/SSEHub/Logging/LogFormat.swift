/// What lines of a log look like.
@available(SwiftSSE 1.0, *)
package enum LogFormat: String, Sendable, CaseIterable {
    /// For people: time, level, message and `name=value`.
    case text
    /// For programs: an object of JSON on each line.
    case json
}
