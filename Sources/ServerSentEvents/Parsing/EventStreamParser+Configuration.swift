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
