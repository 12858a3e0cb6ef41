internal import JWTKit
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
        if case .bearersOfTokens(let key) = policy {
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
            let grant = PublisherGrant(try await self.keys.verify(token, as: MercureClaims.self))
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

    private static func token(_ headers: HTTPHeaders) -> String? {
        guard let value = headers.first(name: "Authorization") else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
