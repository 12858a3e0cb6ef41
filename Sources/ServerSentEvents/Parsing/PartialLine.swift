/// What is known of a line that the last chunk cut.
enum PartialLine: Sendable {
    /// The chunk ended at a line end.
    case none

    /// Too few bytes so far to tell the field.
    case head

    case data
    case event
    case id
    case retry
    case comment

    /// A field that the format does not know.
    case ignored
}
