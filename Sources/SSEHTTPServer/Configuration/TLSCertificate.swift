internal import NIOSSL
internal import Synchronization

/// The certificate that new connections get, which can be replaced while the server runs.
@available(SwiftSSE 1.0, *)
final class TLSCertificate: Sendable {
    private let configuration: ServerTLS
    private let protocols: ServerProtocols
    private let current: Mutex<NIOSSLContext>

    init(_ configuration: ServerTLS, _ protocols: ServerProtocols) throws(ServerConfigurationError) {
        self.configuration = configuration
        self.protocols = protocols
        self.current = Mutex(try Self.load(configuration, protocols))
    }

    /// What the next connection's handshake begins with.
    var context: NIOSSLContext { self.current.withLock { $0 } }

    /// Reads the files again. If that fails, the old certificate remains.
    func reload() throws(ServerConfigurationError) {
        let context = try Self.load(self.configuration, self.protocols)
        self.current.withLock { $0 = context }
    }

    /// Reads the files.
    static func load(
        _ configuration: ServerTLS,
        _ protocols: ServerProtocols
    ) throws(ServerConfigurationError) -> NIOSSLContext {
        let chain = try self.certificates(at: configuration.certificateChainPath)
        let key = try self.key(at: configuration.keyPath)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = protocols == .http1 ? ["http/1.1"] : ["h2", "http/1.1"]
        do {
            return try NIOSSLContext(configuration: tls)
        } catch {
            throw ServerConfigurationError(
                .certificateRefused,
                "The key in \(configuration.keyPath) is not that of the certificate in \(configuration.certificateChainPath).",
                cause: error
            )
        }
    }

    private static func certificates(at path: String) throws(ServerConfigurationError) -> [NIOSSLCertificate] {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(path)
            if !certificates.isEmpty { return certificates }
        } catch {
            throw ServerConfigurationError(
                .certificateUnreadable,
                "There is no certificate in PEM to be read from \(path).",
                cause: error
            )
        }
        throw ServerConfigurationError(
            .certificateUnreadable,
            "There is no certificate in PEM to be read from \(path)."
        )
    }

    private static func key(at path: String) throws(ServerConfigurationError) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(file: path, format: .pem)
        } catch {
            throw ServerConfigurationError(
                .keyUnreadable,
                "There is no private key in PEM to be read from \(path).",
                cause: error
            )
        }
    }
}
