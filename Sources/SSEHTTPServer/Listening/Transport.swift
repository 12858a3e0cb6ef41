/// What carries the requests that an ``HTTPConnectionHandler`` reads.
@available(SwiftSSE 1.0, *)
enum Transport {
    /// A connection of HTTP/1, next to the socket.
    case plain
    /// A connection of HTTP/1 behind TLS.
    case tls
    /// A stream of HTTP/2, for one request.
    case stream(of: HTTP2ConnectionHandler)

    var isSecure: Bool {
        switch self {
        case .plain: false
        case .tls: true
        case .stream(let connection): connection.isSecure
        }
    }

    /// The connection of HTTP/2, if this is a stream of one.
    var connection: HTTP2ConnectionHandler? {
        if case .stream(let connection) = self { connection } else { nil }
    }
}
