#if AsyncHTTPClient
internal import NIOCore
internal import NIOSSL

/// A server's certificate that names the IP address the connection leads to.
///
/// swift-nio-ssl accepts it for every host name that resolves to the address, so whoever has the DNS could read along.
/// Here the name that was asked for must be among the certificate's names.
///
/// - SeeAlso: [RFC 9110, 4.3.4](https://www.rfc-editor.org/rfc/rfc9110#section-4.3.4)
@available(SwiftSSE 1.0, *)
struct AddressCertificate {
    /// The host names in the certificate, in lower case.
    private let hostNames: [String]

    /// Makes a check, `nil` if the connection has no TLS of swift-nio-ssl, or the certificate does not name its address.
    init?(of connection: any Channel) {
        let handler = try? connection.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
        guard let certificate = handler?.peerCertificate, let address = connection.remoteAddress?.ipAddress else {
            return nil
        }
        var hostNames: [String] = []
        var namesAddress = false
        for name in certificate._subjectAlternativeNames() {
            switch name.nameType {
            case .dnsName: hostNames.append(String(decoding: name.contents, as: UTF8.self))
            case .ipAddress:
                let bytes = ByteBuffer(bytes: name.contents)
                namesAddress =
                    namesAddress || (try? SocketAddress(packedIPAddress: bytes, port: 0))?.ipAddress == address
            default: break
            }
        }
        guard namesAddress else { return nil }
        self.init(hostNames: hostNames)
    }

    init(hostNames: [String]) {
        self.hostNames = hostNames.map { $0.lowercased() }
    }

    /// Returns the error for a host that the certificate does not stand for.
    ///
    /// - Parameter authority: Host and port of the request, as in the field `Host`.
    func refusal(of authority: String) -> SSEClientError? {
        let host = Self.host(of: authority)
        // An address has been compared with that of the socket already.
        if host.isEmpty || (try? SocketAddress(ipAddress: host, port: 0)) != nil { return nil }
        if self.hostNames.contains(where: { Self.name($0, covers: host) }) { return nil }
        return SSEClientError(
            code: .connectionFailed,
            message: "No connection to the server: its certificate is for an address, not for '\(host)'."
        )
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
