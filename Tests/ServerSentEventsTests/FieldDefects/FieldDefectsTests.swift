internal import ServerSentEvents
internal import Testing

/// What went wrong in other implementations does not go wrong here: one test for each published defect.
struct FieldDefectsTests {
    static let lineEnds = ["\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n"]
}
