internal import JWTKit
internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import Synchronization

/// Decides whether a request may publish.
@available(SwiftSSE 1.0, *)
final class PublisherAuthorization: Sendable {
    /// What is known of a request without waiting.
    enum Answer {
        case granted(PublisherGrant?)
        case refused(HubRefusal)
        /// The token has to be verified first.
        case unknown(token: String)
    }

    /// The most tokens that are remembered.
    private static let cacheLimit = 1024
    /// The longest token that is looked at, in bytes.
    private static let maximumTokenBytes = 8192

    private let policy: PublishPolicy
    private let keys = JWTKeyCollection()
    /// The grants of tokens that have been verified, so that a publisher pays for that once.
    private let grants = Mutex<[String: PublisherGrant]>([:])

    init(_ policy: PublishPolicy) async {
        self.policy = policy
        // Without a key no token is valid.
        if case .bearersOfTokens(let key) = policy, key.utf8.count >= PublishPolicy.minimumKeyBytes {
            await self.keys.add(hmac: HMACKey(from: key), digestAlgorithm: .sha256)
        }
    }

    /// What is known of a request without waiting.
    func check(_ head: HTTPRequestHead) -> Answer {
        switch self.policy {
        case .nobody:
            return .refused(HubRefusal(.forbidden, "Nobody may publish to this hub."))
        case .everybody:
            // A page of another origin could else publish from the browser of somebody who happens to run a hub.
            guard let origin = head.headers.first(name: "Origin") else { return .granted(nil) }
            let host = head.headers.first(name: "Host") ?? ""
            guard origin == "http://\(host)" || origin == "https://\(host)" else {
                return .refused(HubRefusal(.forbidden, "Pages of other origins may not publish to this hub."))
            }
            // The same origin may be a name that its owner has just made to lead here.
            guard Self.isAddressOrLocalhost(host) else {
                let message = "Pages may publish to a hub without tokens only by its address, or as localhost."
                return .refused(HubRefusal(.forbidden, message))
            }
            return .granted(nil)
        case .bearersOfTokens:
            guard let token = Self.token(head.headers) else {
                return .refused(
                    HubRefusal(.unauthorized, "Publishing needs a token.", headers: ["WWW-Authenticate": "Bearer"])
                )
            }
            guard token.utf8.count <= Self.maximumTokenBytes else { return .refused(Self.invalidToken) }
            guard let grant = self.grants.withLock({ $0[token] }) else { return .unknown(token: token) }
            return grant.isExpired ? .refused(Self.invalidToken) : .granted(grant)
        }
    }

    /// Verifies a token.
    func verify(_ token: String) async throws(HubRefusal) -> PublisherGrant {
        do {
            let claims = try await self.keys.verify(token, as: MercureClaims.self)
            // The key decides how a signature is verified, and the token must not say otherwise. What a header calls
            // critical has to be understood (RFC 7515, section 4.1.11), and nothing is.
            let header = try DefaultJWTParser().parse(Array(token.utf8), as: MercureClaims.self).header
            guard header.alg == "HS256", header.fields["crit"] == nil else { throw Self.invalidToken }
            let grant = PublisherGrant(claims)
            self.grants.withLock { grants in
                if grants.count >= Self.cacheLimit { grants.removeAll() }
                grants[token] = grant
            }
            return grant
        } catch {
            throw Self.invalidToken
        }
    }

    private static let invalidToken = HubRefusal(
        .unauthorized,
        "The token is not valid.",
        headers: ["WWW-Authenticate": "Bearer error=\"invalid_token\""]
    )

    private static func isAddressOrLocalhost(_ host: String) -> Bool {
        let name: String
        if host.hasPrefix("[") {
            name = String(host.dropFirst().prefix { $0 != "]" })
        } else {
            name = String(host.prefix { $0 != ":" })
        }
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        return (try? SocketAddress(ipAddress: name, port: 0)) != nil
    }

    private static func token(_ headers: HTTPHeaders) -> String? {
        guard let value = headers.first(name: "Authorization") else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }
}
