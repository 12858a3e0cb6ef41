/// The way that a subscriber's bytes take to the socket.
@available(SwiftSSE 1.0, *)
enum Outlet: Sendable, Hashable {
    /// From the handler to the system's `send`, past the channel, while that has nothing to write itself. Nothing may
    /// stand between the handler and the socket.
    case socket

    /// As bytes through what stands before the socket, such as TLS.
    case channel

    /// As the bodies of responses, which the handlers before the socket frame.
    case parts(ResponseParts)
}

@available(SwiftSSE 1.0, *)
extension Outlet {
    /// What metrics call the outlets, in the order of ``number``.
    static let names = ["socket", "channel", "parts"]

    var number: Int {
        switch self {
        case .socket: 0
        case .channel: 1
        case .parts: 2
        }
    }
}
