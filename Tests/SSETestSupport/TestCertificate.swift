internal import Crypto
internal import Foundation
package import NIOSSL
internal import SwiftASN1
internal import X509

/// A certificate of this machine that only its own file vouches for, and its key, as files.
@available(SwiftSSE 1.0, *)
package struct TestCertificate: Sendable {
    private let folder: String

    /// The PEM file with the certificate, which is also what a client is to trust.
    package var certificatePath: String { "\(self.folder)/certificate.pem" }
    /// The PEM file with the key.
    package var keyPath: String { "\(self.folder)/key.pem" }

    /// Makes a certificate for the time of a closure.
    ///
    /// - Parameters:
    ///   - name: Its common name, by which tests tell certificates apart.
    ///   - hosts: The host names that it is for.
    ///   - addresses: The IP addresses that it is for, as bytes.
    ///   - isExpired: A Boolean value that indicates whether its time is over.
    ///   - body: Uses the certificate, whose files are removed after that.
    package static func with<Result>(
        name: String = "localhost",
        hosts: [String] = ["localhost"],
        addresses: [[UInt8]] = [],
        isExpired: Bool = false,
        _ body: (TestCertificate) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("certificate-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificate = TestCertificate(folder: folder)
        try certificate.replace(name: name, hosts: hosts, addresses: addresses, isExpired: isExpired)
        return try await body(certificate)
    }

    /// Writes another certificate and its key into the same files.
    package func replace(
        name: String,
        hosts: [String] = ["localhost"],
        addresses: [[UInt8]] = [],
        isExpired: Bool = false
    ) throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let subject = try DistinguishedName { CommonName(name) }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: Date(timeIntervalSinceNow: -2 * 3600),
            notValidAfter: Date(timeIntervalSinceNow: isExpired ? -3600 : 24 * 3600),
            issuer: subject,
            subject: subject,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                SubjectAlternativeNames(
                    hosts.map { .dnsName($0) } + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
                )
            },
            issuerPrivateKey: key
        )
        try self.write(certificate.serializeAsPEM().pemString, to: self.certificatePath)
        try self.write(key.serializeAsPEM().pemString, to: self.keyPath)
    }

    /// Writes something else into the file of the key.
    package func replaceKey(with text: String) throws { try self.write(text, to: self.keyPath) }

    /// Makes what a server needs to show the certificate.
    package func makeServerContext(protocols: [String]) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(self.certificatePath).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: self.keyPath, format: .pem))
        )
        configuration.applicationProtocols = protocols
        return try NIOSSLContext(configuration: configuration)
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
