/// How a connection of a subscription ended, or why there was none.
@available(SwiftSSE 1.0, *)
public struct ConnectionEnd: Sendable {
    /// What went wrong: mostly an ``SSEClientError``, or a `ServerSentEventsError` if the stream exceeded a limit. `nil`
    /// if the server ended the stream as it should.
    public var error: (any Error)?

    /// Whether the stream had begun, that is, a response had come and been accepted.
    public var wasOpen: Bool

    /// Whether the stream has brought an event or a new last event ID.
    public var hasDelivered: Bool

    /// Makes a description of an end.
    ///
    /// - Parameters:
    ///   - error: What went wrong, `nil` if the server ended the stream.
    ///   - wasOpen: Whether the stream had begun.
    ///   - hasDelivered: Whether the stream has brought an event or a new last event ID.
    public init(error: (any Error)?, wasOpen: Bool, hasDelivered: Bool = false) {
        self.error = error
        self.wasOpen = wasOpen
        self.hasDelivered = hasDelivered
    }

    /// The response with which the server refused, `nil` if it did not.
    public var refusal: SSEClientError.Refusal? { (self.error as? SSEClientError)?.refusal }

    /// Whether the connection has done what it was for: the server has ended a stream in which something came, or was silent
    /// for so long that the connection had to be given up.
    var isSuccess: Bool {
        guard let error = self.error else { return self.hasDelivered }
        return self.wasOpen && (error as? SSEClientError)?.code == .idleTimeout
    }
}

@available(SwiftSSE 1.0, *)
extension ConnectionEnd: CustomStringConvertible {
    /// The reason in one line.
    public var description: String {
        switch self.error {
        case nil: "The server ended the stream."
        case let error as SSEClientError: error.message
        case let error?: "\(error)"
        }
    }
}
