/// Where a server's certificate is.
@available(SwiftSSE 1.0, *)
package struct ServerTLS: Sendable, Hashable {
    /// The path of a PEM file with the certificate, and after it those that lead to one that clients trust.
    package var certificateChainPath: String
    /// The path of a PEM file with the certificate's private key, without a passphrase.
    package var keyPath: String

    package init(certificateChainPath: String, keyPath: String) {
        self.certificateChainPath = certificateChainPath
        self.keyPath = keyPath
    }
}
