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
