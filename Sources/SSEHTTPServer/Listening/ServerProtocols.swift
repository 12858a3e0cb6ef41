/// The versions of HTTP that a server speaks.
package enum ServerProtocols: String, Sendable, Hashable {
    /// HTTP/1.1, and HTTP/2 with clients who ask for it: in the TLS handshake, or by beginning with its preface where there
    /// is no TLS, as proxies do.
    case http1AndHTTP2
    /// HTTP/1.1 only.
    case http1
}
