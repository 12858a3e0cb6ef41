/// Why an event cannot be sent, or an event stream ended.
///
/// Tell errors apart by their ``code``; ``message`` is for people.
@available(SwiftSSE 1.0, *)
public struct SSEServerError: Error, Sendable {
    /// What kind of error this is.
    public var code: Code

    /// What happened, in one line.
    public var message: String

    /// The error below this one, if there is one.
    public var cause: (any Error)?

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What kind of error this is.
    ///   - message: What happened, in one line.
    ///   - cause: The error below this one.
    public init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

@available(SwiftSSE 1.0, *)
extension SSEServerError {
    /// The kinds of errors.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case clientDisconnected
            case writeTimedOut
            case shuttingDown
            case streamEnded
            case invalidLastEventID
        }

        private let kind: Kind

        /// The client closed the connection, or its half of it.
        public static let clientDisconnected = Code(kind: .clientDisconnected)

        /// The client did not take a write within ``EventStreamConfiguration/writeTimeout``.
        public static let writeTimedOut = Code(kind: .writeTimedOut)

        /// The application is shutting down gracefully.
        public static let shuttingDown = Code(kind: .shuttingDown)

        /// The closure that the writer was made for has returned.
        public static let streamEnded = Code(kind: .streamEnded)

        /// A request's last event ID is too long, or holds what an id cannot hold.
        public static let invalidLastEventID = Code(kind: .invalidLastEventID)

        /// The code's name.
        public var description: String { self.kind.rawValue }
    }
}

@available(SwiftSSE 1.0, *)
extension SSEServerError: CustomStringConvertible {
    /// The message with the code's name before it.
    public var description: String { "\(self.code): \(self.message)" }
}

@available(SwiftSSE 1.0, *)
extension SSEServerError {
    static func clientDisconnected(cause: (any Error)? = nil) -> SSEServerError {
        SSEServerError(code: .clientDisconnected, message: "The client closed the connection.", cause: cause)
    }

    static func writeTimedOut(after timeout: Duration) -> SSEServerError {
        SSEServerError(code: .writeTimedOut, message: "The client has not taken what was sent for \(timeout).")
    }

    static var shuttingDown: SSEServerError {
        SSEServerError(code: .shuttingDown, message: "The server is shutting down.")
    }

    static var streamEnded: SSEServerError {
        SSEServerError(code: .streamEnded, message: "The event stream has ended; its writer cannot be used any more.")
    }
}
