/// What is known of the whole of a log, of which an ``EventLog`` may have the newest part only, when a subscriber
/// comes.
@available(SwiftSSE 1.0, *)
enum WholeLog: Sendable, Hashable {
    /// The log is all there is.
    case here

    /// Nothing.
    case unknown

    /// What it held a moment ago. An event that was not in it then may be now.
    case recent(LogBounds)

    /// What it holds, asked for this subscriber; and the event that the engine has found for it, if there is one: the
    /// one with the id that it came with, or the first since a time.
    case current(LogBounds, found: UInt64?)

    /// What it holds or held.
    var bounds: LogBounds? {
        switch self {
        case .here, .unknown: nil
        case .recent(let bounds), .current(let bounds, _): bounds
        }
    }

    /// Whether what is not in it is nowhere.
    var isCertain: Bool {
        switch self {
        case .here, .current: true
        case .unknown, .recent: false
        }
    }
}
