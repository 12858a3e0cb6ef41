/// How an event stream ended that was served to its end.
@available(SwiftSSE 1.0, *)
public struct EventStreamEnd: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
        case completed
        case clientDisconnected
        case shuttingDown
    }

    private let kind: Kind

    /// The closure returned, and all it sent has been written.
    public static let completed = EventStreamEnd(kind: .completed)

    /// The client closed the connection.
    public static let clientDisconnected = EventStreamEnd(kind: .clientDisconnected)

    /// The application is shutting down gracefully.
    public static let shuttingDown = EventStreamEnd(kind: .shuttingDown)

    /// The name of this end.
    public var description: String { self.kind.rawValue }
}
