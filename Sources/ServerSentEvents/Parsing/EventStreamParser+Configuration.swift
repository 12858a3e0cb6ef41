@available(SwiftSSE 1.0, *)
extension EventStreamParser {
    /// A parser's settings.
    public struct Configuration: Sendable, Hashable {
        /// How long lines and events may be. Default: 16 MiB each.
        public var limits: EventStreamLimits

        /// What the data of events is to be read as. Default: text.
        public var dataEncoding: DataEncoding

        /// Whether comments are handed out. Default: `false`; they are then skipped without being copied.
        public var reportsComments: Bool

        /// Makes settings.
        ///
        /// - Parameters:
        ///   - limits: How long lines and events may be.
        ///   - dataEncoding: What the data of events is to be read as.
        ///   - reportsComments: Whether comments are handed out.
        public init(
            limits: EventStreamLimits = .defaults,
            dataEncoding: DataEncoding = .text,
            reportsComments: Bool = false
        ) {
            self.limits = limits
            self.dataEncoding = dataEncoding
            self.reportsComments = reportsComments
        }

        /// 16 MiB a line and an event, text, no comments.
        public static var defaults: Configuration { Configuration() }
    }
}

/// How much of a stream a parser is ready to hold, in bytes.
///
/// A peer that sends an endless line or an endless event reaches a limit and gets an error. What the parser keeps of a
/// stream between two chunks stays below ``eventBytes``, besides the last event ID and, if they are reported, a comment
/// of ``lineBytes``.
@available(SwiftSSE 1.0, *)
public struct EventStreamLimits: Sendable, Hashable {
    /// The longest line, in bytes without its line end. Comments and unknown fields count too. Default: 16 MiB.
    public var lineBytes: Int

    /// The largest event: all its lines with field names and one byte for each line end, so that empty `data` lines
    /// count as well. Comments, of which nothing is kept, do not. Default: 16 MiB.
    public var eventBytes: Int

    /// Makes limits.
    ///
    /// - Parameters:
    ///   - lineBytes: The longest line in bytes.
    ///   - eventBytes: The largest event in bytes.
    public init(lineBytes: Int = 16 << 20, eventBytes: Int = 16 << 20) {
        self.lineBytes = lineBytes
        self.eventBytes = eventBytes
    }

    /// 16 MiB each.
    public static var defaults: EventStreamLimits { EventStreamLimits() }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEventsError {
    static func lineTooLong(_ limits: EventStreamLimits) -> ServerSentEventsError {
        ServerSentEventsError(
            code: .lineTooLong,
            message: "A line of the event stream is longer than \(limits.lineBytes) bytes."
        )
    }

    static func eventTooLarge(_ limits: EventStreamLimits) -> ServerSentEventsError {
        ServerSentEventsError(
            code: .eventTooLarge,
            message: "An event of the stream is larger than \(limits.eventBytes) bytes."
        )
    }
}
