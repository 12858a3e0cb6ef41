/// What can be wrong with an event, or with the bytes of an event stream.
///
/// Tell errors apart by their ``code``; ``message`` is for people.
@available(SwiftSSE 1.0, *)
public struct ServerSentEventsError: Error, Sendable, Hashable {
    /// What kind of error this is.
    public var code: Code

    /// What is wrong and what to do about it, in one line.
    public var message: String

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What kind of error this is.
    ///   - message: What is wrong and what to do about it, in one line.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEventsError {
    /// The kinds of errors.
    public struct Code: Sendable, Hashable {
        @usableFromInline
        enum Kind: String, Sendable {
            case invalidEventType
            case invalidEventID
            case invalidReconnectionTime
            case dataIsNotText
            case invalidBase64
            case lineTooLong
            case eventTooLarge
        }

        private let kind: Kind

        /// An event type is empty or holds a line end.
        public static let invalidEventType = Code(kind: .invalidEventType)

        /// An event id holds a line end or NUL.
        public static let invalidEventID = Code(kind: .invalidEventID)

        /// A reconnection time is negative or too large.
        public static let invalidReconnectionTime = Code(kind: .invalidReconnectionTime)

        /// An event's bytes are not UTF-8 and the encoder was not told to send Base64.
        public static let dataIsNotText = Code(kind: .dataIsNotText)

        /// A received event's data is not Base64 though the parser was told to expect it. Later events are not affected.
        public static let invalidBase64 = Code(kind: .invalidBase64)

        /// A line of the stream is longer than ``EventStreamLimits/lineBytes``. The stream cannot go on.
        public static let lineTooLong = Code(kind: .lineTooLong)

        /// The lines of one event are longer than ``EventStreamLimits/eventBytes``. The stream cannot go on.
        public static let eventTooLarge = Code(kind: .eventTooLarge)
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEventsError.Code: CustomStringConvertible {
    /// The code's name.
    public var description: String { self.kind.rawValue }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEventsError: CustomStringConvertible {
    /// The message with the code's name before it.
    public var description: String { "\(self.code): \(self.message)" }
}
