#if NATS
/// How a ``JetStreamEngine`` shows the servers who it is.
@available(SwiftSSE 1.0, *)
public struct JetStreamAuthentication: Sendable {
    enum Kind: Sendable {
        case none
        case password(user: String, password: String)
        case token(String)
        case nkey(publicKey: String, seedPath: String)
        case credentials(path: String)
    }

    let kind: Kind

    /// Not at all, or by what the servers' URLs or a certificate say.
    public static let none = JetStreamAuthentication(kind: .none)

    /// By a name and a password.
    ///
    /// - Parameters:
    ///   - password: The password.
    ///   - user: The name.
    /// - Returns: The way.
    public static func password(_ password: String, user: String) -> JetStreamAuthentication {
        JetStreamAuthentication(kind: .password(user: user, password: password))
    }

    /// By a token that the servers know.
    ///
    /// - Parameter token: The token.
    /// - Returns: The way.
    public static func token(_ token: String) -> JetStreamAuthentication {
        JetStreamAuthentication(kind: .token(token))
    }

    /// By signing what the servers send with an NKey.
    ///
    /// - Parameters:
    ///   - publicKey: The public key, which begins with `U`.
    ///   - seedPath: The file with the seed, which begins with `SU`. It is read at each connection.
    /// - Returns: The way.
    public static func nkey(publicKey: String, seedPath: String) -> JetStreamAuthentication {
        JetStreamAuthentication(kind: .nkey(publicKey: publicKey, seedPath: seedPath))
    }

    /// By a file of credentials, as `nsc` makes it: a JSON Web Token and the seed of its key.
    ///
    /// - Parameter path: The file. It is read at each connection.
    /// - Returns: The way.
    public static func credentials(path: String) -> JetStreamAuthentication {
        JetStreamAuthentication(kind: .credentials(path: path))
    }
}

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
