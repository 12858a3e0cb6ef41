#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Scheme, host and port of a URL.
///
/// - SeeAlso: [HTML Standard, 7.1.1](https://html.spec.whatwg.org/multipage/browsers.html#origin)
struct Origin: Hashable {
    let scheme: String
    let host: String
    let port: Int

    init?(_ url: String) {
        guard let url = URL(string: url), let scheme = url.scheme?.lowercased(), let host = url.host() else {
            return nil
        }
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = url.port ?? (scheme == "https" ? 443 : 80)
    }
}
