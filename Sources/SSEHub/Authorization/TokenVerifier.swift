internal import Foundation
internal import JWTKit
internal import Logging
internal import NIOHTTP1
internal import SSEBroker
internal import Synchronization

/// Verifies tokens, and remembers what they grant, so that a returning client pays for that once.
@available(SwiftSSE 1.0, *)
final class TokenVerifier: Sendable {
    /// The most tokens that are remembered.
    private static let cacheLimit = 1024
    /// The longest token that is looked at, in bytes.
    static let maximumTokenBytes = 8192

    private let ring: KeyRing
    private let leeway: Duration
    private let logger: Logger
    /// Whose tokens these are, such as `publisher`.
    private let role: String
    private let interval: Duration?
    private let name: String?
    private let grants = Mutex<[String: TokenGrant]>([:])

    /// - Parameters:
    ///   - former: Those that verified tokens until now.
    ///   - role: Whose tokens these are, such as `publisher`, for the log.
    ///   - leeway: How much the clocks of issuer and hub may differ.
    ///   - time: What measures how old a set of keys is.
    init(
        _ keys: TokenKeys,
        replacing former: [TokenVerifier] = [],
        role: String = "subscriber",
        leeway: Duration = .zero,
        time: TimeSource = TimeSource(ContinuousClock()),
        _ logger: Logger
    ) {
        self.role = role
        self.leeway = leeway
        self.logger = logger
        switch keys.source {
        case .fixed:
            (self.interval, self.name) = (nil, nil)
            self.ring = KeyRing(keys.source, former: nil, time: time, logger)
        case .loaded(let name, let interval, _):
            (self.interval, self.name) = (interval, name)
            let former = name.flatMap { name in former.first { $0.name == name } }
            self.ring = KeyRing(keys.source, former: former?.ring, time: time, logger)
        }
    }

    /// Keeps a set of keys that is loaded up to date, until the task is cancelled or ``retire()`` is called.
    func run() async {
        guard let interval else { return }
        // A key that the issuer has taken back must not live on here.
        await self.ring.run(every: interval) { self.grants.withLock { $0.removeAll() } }
    }

    /// Nobody asks any more, or those who do need not wait.
    func retire() { self.ring.retire() }

    /// How many tokens wait for keys.
    var waiterCount: Int { self.ring.waiterCount }

    /// What a token that has been verified already grants.
    func known(_ token: String) throws(HubRefusal) -> TokenGrant? {
        guard token.utf8.count <= Self.maximumTokenBytes else { throw self.refusal(.tooLong) }
        guard let grant = self.grants.withLock({ $0[token] }) else { return nil }
        guard !grant.isExpired else { throw self.refusal(.expired, Self.labels(of: token)) }
        return grant
    }

    /// Verifies a token.
    func verify(_ token: String) async throws(HubRefusal) -> TokenGrant {
        guard token.utf8.count <= Self.maximumTokenBytes else { throw self.refusal(.tooLong) }
        guard !TokenShape.isUnreadable(token), let header = Self.header(of: token),
            // What a header calls critical has to be understood (RFC 7515, section 4.1.11), and nothing is.
            header.fields["crit"] == nil
        else {
            throw self.refusal(.unreadable)
        }
        let generation = self.ring.generation
        guard let keys = await self.ring.keys(fitting: { $0.fits(header) }) else {
            throw HubRefusal(
                .serviceUnavailable,
                "The keys of tokens are not there yet; try again later.",
                headers: ["Retry-After": "5"]
            )
        }
        do throws(TokenFault) {
            guard !keys.isEmpty else {
                throw self.ring.hasKey { $0.algorithm.rawValue == header.alg } ? .key : .algorithm
            }
            let grant = try TokenGrant(try await Self.claims(of: token, keys), leeway: self.leeway)
            self.remember(grant, of: token, since: generation)
            return grant
        } catch {
            throw self.refusal(error, Self.labels(of: token))
        }
    }

    /// The claims of a token that one of some keys verifies.
    private static func claims(of token: String, _ keys: [VerificationKey]) async throws(TokenFault) -> MercureClaims {
        var fault = TokenFault.signature
        for key in keys {
            do {
                return try await key.verify(token)
            } catch let error where error is DecodingError || (error as? JWTError)?.errorType == .malformedToken {
                fault = .claims
            } catch {
                // A signature of another length is an error of the library for cryptography.
            }
        }
        throw fault
    }

    private static func header(of token: String) -> JWTHeader? {
        try? DefaultJWTParser().parse(Array(token.utf8), as: AnyClaims.self).header
    }

    /// The labels of a token, as far as they can be read without danger.
    private static func labels(of token: String) -> TokenLabels {
        guard let parts = try? DefaultJWTParser().parse(Array(token.utf8), as: MercureClaims.self) else {
            return TokenLabels(keyID: Self.header(of: token)?.kid)
        }
        return TokenLabels(
            keyID: parts.header.kid,
            issuer: parts.payload.issuer,
            expiry: parts.payload.expiry?.timeIntervalSince1970
        )
    }

    private func refusal(_ fault: TokenFault, _ labels: TokenLabels = TokenLabels()) -> HubRefusal {
        self.logger.info(
            "Token refused",
            metadata: labels.metadata.merging(["of": "\(self.role)", "reason": "\(fault.detail)"]) { $1 }
        )
        return HubRefusal(fault)
    }

    /// - Parameter generation: That of the keys with which the token was verified. A load takes all grants away after
    ///   it has brought other keys, so that one which is remembered too late must be seen here.
    private func remember(_ grant: TokenGrant, of token: String, since generation: Int) {
        self.grants.withLock { grants in
            guard self.ring.generation == generation else { return }
            if grants.count >= Self.cacheLimit { grants.removeAll() }
            grants[token] = grant
        }
    }
}

/// The claims of a token of which only the header is looked at.
private struct AnyClaims: JWTPayload {
    func verify(using algorithm: some JWTAlgorithm) throws {}
}
