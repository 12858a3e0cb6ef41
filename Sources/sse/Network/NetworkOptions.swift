import ArgumentParser
import Foundation
import NIOSSL

/// How to reach a server: through what, trusting whom, and as whom. The same for all commands that do.
struct NetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Go through this proxy, http:// or socks5://; '' for none. (default: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY "
                + "and NO_PROXY in the environment)",
            discussion: "Plain http is tunnelled as well, which the proxy has to allow.",
            valueName: "url"
        )
    )
    var proxy: String?

    @Option(
        help: ArgumentHelp(
            "Trust the certificate authorities in this file and no others. (default: SSL_CERT_FILE in the "
                + "environment, or the system's)",
            valueName: "file"
        )
    )
    var cacert: String?

    @Flag(
        name: [.customShort("k"), .long],
        help: "Do not verify certificates. Anyone on the way can read and change everything."
    )
    var insecure = false

    @Option(
        name: [.customShort("u"), .customLong("user")],
        help: ArgumentHelp("Authenticate with a name and a password (Basic).", valueName: "user:password")
    )
    var credentials: String?

    func validate() throws {
        guard !(self.insecure && self.cacert != nil) else {
            throw ValidationError("--cacert and --insecure exclude each other.")
        }
        guard self.credentials?.contains(":") != false else {
            throw ValidationError("-u names no password; write it as user:password.")
        }
    }

    /// The value of the field `Authorization`, `nil` if nothing says who is asking.
    var authorization: String? {
        self.credentials.map { "Basic \(Data($0.utf8).base64EncodedString())" }
    }

    /// Which proxy is for which server.
    func proxyRules() throws -> ProxyRules {
        try ProxyRules(option: self.proxy, environment: ProcessInfo.processInfo.environment)
    }

    /// The settings of TLS, `nil` for the defaults; warns if they are dangerous.
    func tlsConfiguration() throws -> TLSConfiguration? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if self.insecure {
            StandardError.writeLine(
                "sse: Certificates are not verified (--insecure); anyone on the way can read and change everything."
            )
            configuration.certificateVerification = .none
            return configuration
        }
        guard let (path, source) = self.authorities else { return nil }
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
            throw CommandFailure("No certificates can be read from '\(path.printable)'; check \(source).")
        }
        configuration.trustRoots = .certificates(certificates)
        return configuration
    }

    private var authorities: (path: String, source: String)? {
        if let cacert { return (cacert, "--cacert") }
        return Environment.value("SSL_CERT_FILE").flatMap { $0.isEmpty ? nil : ($0, "SSL_CERT_FILE") }
    }
}
