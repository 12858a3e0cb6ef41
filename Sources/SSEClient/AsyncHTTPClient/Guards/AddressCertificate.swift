#if AsyncHTTPClient
internal import NIOCore
internal import NIOSSL

/// The IP addresses in a server's certificate, and what they stand for.
///
/// swift-nio-ssl compares them with the address that the connection leads to, whatever was asked for. So it accepts a
/// certificate for every host name that resolves to its address, and whoever has the DNS could read along; and through a
/// proxy, the proxy's certificate for every address. Here what was asked for must be in the certificate: the name, if the
/// certificate was accepted for an address, and the address in any case.
///
/// - SeeAlso: [RFC 9110, 4.3.4](https://www.rfc-editor.org/rfc/rfc9110#section-4.3.4)
@available(SwiftSSE 1.0, *)
struct AddressCertificate {
    /// The host names in the certificate, in lower case.
    private let hostNames: [String]

    /// The addresses in the certificate.
    private let addresses: [String]

    /// Whether one of them is that of the connection, so that the host's name may not have been compared.
    private let namesConnection: Bool

    /// Makes a check, `nil` if the connection has no TLS of swift-nio-ssl.
    init?(of connection: any Channel) {
        let handler = try? connection.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
        guard let certificate = handler?.peerCertificate else { return nil }
        var hostNames: [String] = []
        var addresses: [String] = []
        for name in certificate._subjectAlternativeNames() {
            switch name.nameType {
            case .dnsName: hostNames.append(String(decoding: name.contents, as: UTF8.self))
            case .ipAddress:
                let address = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: name.contents), port: 0)
                if let address = address?.ipAddress { addresses.append(address) }
            default: break
            }
        }
        self.init(hostNames: hostNames, addresses: addresses, connectedTo: connection.remoteAddress?.ipAddress)
    }

    init(hostNames: [String], addresses: [String], connectedTo address: String?) {
        self.hostNames = hostNames.map { $0.lowercased() }
        self.addresses = addresses
        self.namesConnection = address.map(addresses.contains) ?? false
    }

    /// Returns the error for a host that the certificate does not stand for.
    ///
    /// - Parameter authority: Host and port of the request, as in the field `Host`.
    func refusal(of authority: String) -> SSEClientError? {
        let host = Self.host(of: authority)
        if host.isEmpty { return nil }
        let message: String
        if let address = (try? SocketAddress(ipAddress: host, port: 0))?.ipAddress {
            if self.addresses.contains(address) { return nil }
            message = "No connection to the server: its certificate is not for the address \(host)."
        } else {
            if !self.namesConnection || self.hostNames.contains(where: { Self.name($0, covers: host) }) { return nil }
            message = "No connection to the server: its certificate is for an address, not for '\(host)'."
        }
        return SSEClientError(code: .connectionFailed, message: message)
    }

    private static func host(of authority: String) -> String {
        var host = Substring(authority.lowercased())
        if host.first == "[" { return String(host.dropFirst().prefix { $0 != "]" }) }
        if let colon = host.lastIndex(of: ":") { host = host[..<colon] }
        return String(host.last == "." ? host.dropLast() : host)
    }

    /// - SeeAlso: [RFC 9525, 6.3](https://www.rfc-editor.org/rfc/rfc9525#section-6.3)
    private static func name(_ name: String, covers host: String) -> Bool {
        let name = name.hasSuffix(".") ? name.dropLast() : name[...]
        guard name.hasPrefix("*.") else { return name == host }
        // The asterisk stands for one whole label.
        guard let dot = host.firstIndex(of: "."), dot > host.startIndex else { return false }
        return host[dot...] == name.dropFirst()
    }
}
#endif
