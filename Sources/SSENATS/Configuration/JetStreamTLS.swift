#if NATS
/// How a ``JetStreamEngine`` encrypts its connections.
@available(SwiftSSE 1.0, *)
public struct JetStreamTLS: Sendable, Hashable {
    /// The PEM file with the authorities that may vouch for the servers; `nil` for those of the system.
    public var certificateAuthorityPath: String?

    /// The PEM file with this client's certificate chain, if the servers ask for one.
    public var certificatePath: String?

    /// The PEM file with the key of this client's certificate.
    public var keyPath: String?

    /// The name that the servers' certificates must have; `nil` for the host in the server's URL.
    public var serverName: String?

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - certificateAuthorityPath: The PEM file with the authorities.
    ///   - certificatePath: The PEM file with this client's certificate chain.
    ///   - keyPath: The PEM file with its key.
    ///   - serverName: The name that the servers' certificates must have.
    public init(
        certificateAuthorityPath: String? = nil,
        certificatePath: String? = nil,
        keyPath: String? = nil,
        serverName: String? = nil
    ) {
        self.certificateAuthorityPath = certificateAuthorityPath
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.serverName = serverName
    }
}
#endif
