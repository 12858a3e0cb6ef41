/// Why a stream is over.
@available(SwiftSSE 1.0, *)
package enum StreamEndReason: UInt8, Sendable, CaseIterable {
    /// The client left, or its connection broke.
    case client
    /// The client took nothing for too long.
    case writeTimeout
    /// The client did not acknowledge for too long what it was sent, nor anything else.
    case gone
    /// The client was slow, and what was held for it and others became too much.
    case slow
    /// The stream has lasted as long as it may.
    case lifetime
    /// Events left the log before the client got them, and such a stream is to end.
    case overrun
    /// The server ends its streams.
    case shutdown
    /// The client sent much where it has nothing to send.
    case inbound
    /// The log was replaced by another one.
    case replaced

    /// What metrics and logs call it.
    package var name: String {
        switch self {
        case .client: "client"
        case .writeTimeout: "write_timeout"
        case .gone: "gone"
        case .slow: "slow"
        case .lifetime: "lifetime"
        case .overrun: "overrun"
        case .shutdown: "shutdown"
        case .inbound: "inbound"
        case .replaced: "replaced"
        }
    }
}
