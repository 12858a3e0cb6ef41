/// Where a hub's certificate is.
@available(SwiftSSE 1.0, *)
public struct HubTLS: Sendable, Hashable {
    /// The path of a PEM file with the certificate, and after it those that lead to one that clients trust.
    public var certificatePath: String

    /// The path of a PEM file with the certificate's private key, without a passphrase.
    public var keyPath: String

    /// Names the files.
    ///
    /// - Parameters:
    ///   - certificatePath: The path of the certificate.
    ///   - keyPath: The path of its key.
    public init(certificatePath: String, keyPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }
}
