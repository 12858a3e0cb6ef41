internal import JWTKit
internal import Logging
internal import NIOHTTP1
internal import Synchronization

/// Verifies tokens, and remembers what they grant, so that who comes again pays for that once.
@available(SwiftSSE 1.0, *)
final class TokenVerifier: Sendable {
    /// The most tokens that are remembered.
    private static let cacheLimit = 1024
    /// The longest token that is looked at, in bytes.
    static let maximumTokenBytes = 8192

    private let ring: KeyRing
    private let interval: Duration?
    private let name: String?
    private let isRetired = Atomic(false)
    private let grants = Mutex<[String: TokenGrant]>([:])

    /// - Parameter former: Those that verified tokens until now.
    init(_ keys: TokenKeys, replacing former: [TokenVerifier] = [], _ logger: Logger) {
        switch keys.source {
        case .fixed:
            (self.interval, self.name) = (nil, nil)
            self.ring = KeyRing(keys.source, former: nil, logger)
        case .loaded(let name, let interval, _):
            (self.interval, self.name) = (interval, name)
            let former = name.flatMap { name in former.first { $0.name == name } }
            self.ring = KeyRing(keys.source, former: former?.ring, logger)
        }
    }

    /// Keeps a set of keys that is loaded up to date, until the task is cancelled or some time after ``retire()``.
    func run() async {
        guard let interval else { return }
        while !self.isRetired.load(ordering: .relaxed) {
            await self.ring.refresh()
            // A key that the issuer has taken back must not live on here.
            self.grants.withLock { $0.removeAll() }
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }

    /// Nobody asks any more.
    func retire() { self.isRetired.store(true, ordering: .relaxed) }

    /// What a token that has been verified already grants.
    func known(_ token: String) throws(HubRefusal) -> TokenGrant? {
        guard token.utf8.count <= Self.maximumTokenBytes else { throw .invalidToken }
        guard let grant = self.grants.withLock({ $0[token] }) else { return nil }
        guard !grant.isExpired else { throw .invalidToken }
        return grant
    }

    /// Verifies a token.
    func verify(_ token: String) async throws(HubRefusal) -> TokenGrant {
        guard token.utf8.count <= Self.maximumTokenBytes, !TokenShape.isUnreadable(token),
            let header = try? DefaultJWTParser().parse(Array(token.utf8), as: MercureClaims.self).header,
            // What a header calls critical has to be understood (RFC 7515, section 4.1.11), and nothing is.
            header.fields["crit"] == nil
        else {
            throw .invalidToken
        }
        let generation = await self.ring.generation
        guard let keys = await self.ring.keys(fitting: { $0.fits(header) }) else {
            throw HubRefusal(
                .serviceUnavailable,
                "The keys of tokens are not there yet; try again later.",
                headers: ["Retry-After": "5"]
            )
        }
        for key in keys {
            guard let claims = try? await key.verify(token) else { continue }
            let grant = TokenGrant(claims)
            if await self.ring.generation == generation { self.remember(grant, of: token) }
            return grant
        }
        throw .invalidToken
    }

    private func remember(_ grant: TokenGrant, of token: String) {
        self.grants.withLock { grants in
            if grants.count >= Self.cacheLimit { grants.removeAll() }
            grants[token] = grant
        }
    }
}
