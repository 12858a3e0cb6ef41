internal import HTTPTypes

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

@available(SwiftSSE 1.0, *)
extension EventStreamRequest {
    /// What a response asks for that is a redirect.
    enum Redirection {
        /// The response is no redirect.
        case none
        case follow(EventStreamRequest)
        /// The redirect must not or cannot be followed; why, in one line.
        case refuse(String)
    }

    /// What a response to this request asks for.
    ///
    /// - SeeAlso: [Fetch Standard, HTTP-redirect fetch](https://fetch.spec.whatwg.org/#http-redirect-fetch)
    func redirection(by response: EventStreamResponse) -> Redirection {
        guard [301, 302, 303, 307, 308].contains(response.status.code) else { return .none }
        guard let named = response.headers[.location], !named.isEmpty else {
            return .refuse("The server redirects with \(response.status.code), but names no Location.")
        }
        // A server gives nobody a name: what stands before an @ is not sent, and not printed.
        let location = (UserInfo(in: named)?.remainder ?? named).escapedForURL
        guard let base = URL(string: self.url), let target = URL(string: location, relativeTo: base)?.absoluteURL,
            let scheme = target.scheme?.lowercased(), scheme == "http" || scheme == "https", target.host() != nil,
            target.hasValidPort
        else {
            return .refuse(
                "The server redirects to '\(location.withoutUserInfo.inOneLine())', which is not an http(s) URL."
            )
        }
        if base.scheme?.lowercased() == "https", scheme == "http" {
            return .refuse(
                "The server redirects from https to '\(target.absoluteString.inOneLine())', which is not encrypted."
            )
        }
        let dropsBody =
            switch response.status.code {
            case 301, 302: self.method == .post
            case 303: self.method != .get && self.method != .head
            default: false
            }
        return .follow(self.redirected(to: target.absoluteString, droppingBody: dropsBody))
    }

    /// This request at another place.
    ///
    /// - Parameters:
    ///   - url: The place. If it is of another origin, nothing secret goes there.
    ///   - dropsBody: The request is to become a `GET`.
    ///   - dropsSecrets: Another origin was on the way, so that nothing secret goes there in any case.
    func redirected(
        to url: String,
        droppingBody dropsBody: Bool,
        droppingSecrets dropsSecrets: Bool = false
    ) -> EventStreamRequest {
        var request = self
        request.url = url
        if dropsBody {
            request.method = .get
            request.body = nil
            for name in Self.bodyHeaders { request.headers[name] = nil }
        }
        if dropsSecrets || Origin(url) != Origin(self.url) {
            for name in self.secretHeaders.union(Self.credentials) { request.headers[name] = nil }
        }
        return request
    }

    private static var credentials: Set<HTTPField.Name> { [.authorization, .cookie, .proxyAuthorization] }

    private static var bodyHeaders: [HTTPField.Name] {
        [.contentEncoding, .contentLanguage, .contentLocation, .contentType, .contentLength]
    }
}

extension URL {
    /// Whether the port, if there is one, is a number that ports can have: it comes from servers, and sockets trap on
    /// others.
    var hasValidPort: Bool { self.port.map { (0...65_535).contains($0) } ?? true }
}
