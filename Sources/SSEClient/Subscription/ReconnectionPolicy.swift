internal import HTTPTypes

/// When and how a subscription connects again.
///
/// ```swift
/// var policy = ReconnectionPolicy.defaults
/// policy.maximumAttempts = 10
/// policy.overrule = { end, decision in
///     // This service answers 404 while it starts.
///     end.refusal?.response.status == .notFound ? .reconnect(after: .seconds(5)) : decision
/// }
/// ```
///
/// What follows on which end, unless ``overrule`` says something else:
///
/// | end | ``defaults`` | ``browser`` |
/// |---|---|---|
/// | the server ends the stream; it is cut; no connection; no answer in time; silence for too long | reconnect | reconnect |
/// | what came is no response of HTTP; a body that is not what its coding says | reconnect | reconnect |
/// | 204 | end | fail |
/// | 408, 425, 429, 5xx | reconnect | fail |
/// | 431, and with an id of more than 4,096 bytes 400, 413 and 494: the last event ID is too long | reconnect without it | fail |
/// | any refusal at the place where a redirect led before | reconnect to the request's URL | fail |
/// | other statuses; 200 with another type or coding; a redirect that cannot be followed | fail | fail |
/// | a limit is exceeded; the request cannot be sent | fail | fail |
///
/// How long to wait: at first ``initialDelay``, or what `retry` in the stream says. That is also the wait after each
/// connection that has done what it was for: the server ended a stream in which something came, as servers do that let
/// their clients poll, or was silent for the idle timeout after its head. Waits grow by ``multiplier`` only with what
/// fails in a row: no connection, no answer, a refusal, a cut, a stream that ends with nothing in it. A connection that
/// lived for ``resetsAfter`` ends the row, however it ended. `Retry-After` makes a wait longer and never shorter.
@available(SwiftSSE 1.0, *)
public struct ReconnectionPolicy: Sendable {
    /// How long to wait before the first attempt to reconnect, unless the stream has set a reconnection time. Default:
    /// 3 s, as browsers do.
    public var initialDelay: Duration

    /// By what each further attempt's delay is longer than the one before; more than 1 makes it grow from at least 100 ms.
    /// Default: 2.
    public var multiplier: Double

    /// By which part of it a delay is changed at random, from 0 to 1, so that clients that lost their server at the same
    /// time do not come back at the same time. Never below the initial delay. Default: 0.5.
    public var jitter: Double

    /// What no delay grows beyond, unless the server asks for a longer one. Default: 30 s.
    public var maximumDelay: Duration

    /// How long a connection has to live for the next delay to be the initial one again, whatever ended it. Default: 20 s,
    /// which is less than what proxies and balancers cut connections after (30 s, 55 s, 60 s), and than the idle timeout.
    public var resetsAfter: Duration

    /// How many attempts to reconnect may lead to no stream in a row before the subscription fails with
    /// ``SSEClientError/Code/attemptsExhausted``; `nil` for any number. Default: `nil`.
    public var maximumAttempts: Int?

    /// Whether to wait at least as long as `Retry-After` says in a response that is followed by another attempt, as seconds
    /// or as a date in any of the three forms of HTTP. Default: `true`.
    public var honoursRetryAfter: Bool

    /// What the delays are drawn with. Default: the system's generator.
    public var randomNumberGenerator: any RandomNumberGenerator & Sendable

    /// Gets every end of a connection with what would follow, and returns what is to follow. Default: `nil`.
    public var overrule: (@Sendable (ConnectionEnd, ReconnectionDecision) -> ReconnectionDecision)?

    let isStrict: Bool

    private init(isStrict: Bool, multiplier: Double, jitter: Double, maximumDelay: Duration, honoursRetryAfter: Bool) {
        self.isStrict = isStrict
        self.initialDelay = .seconds(3)
        self.multiplier = multiplier
        self.jitter = jitter
        self.maximumDelay = maximumDelay
        self.resetsAfter = .seconds(20)
        self.maximumAttempts = nil
        self.honoursRetryAfter = honoursRetryAfter
        self.randomNumberGenerator = SystemRandomNumberGenerator()
        self.overrule = nil
    }

    /// Made for services: waits longer from attempt to attempt, and outlives a server that is down or busy.
    public static var defaults: ReconnectionPolicy {
        ReconnectionPolicy(
            isStrict: false,
            multiplier: 2,
            jitter: 0.5,
            maximumDelay: .seconds(30),
            honoursRetryAfter: true
        )
    }

    /// Does what the standard says: the same delay each time, and every status but 200 is final.
    ///
    /// - SeeAlso: [HTML Standard, 9.2.3](https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model)
    public static var browser: ReconnectionPolicy {
        ReconnectionPolicy(
            isStrict: true,
            multiplier: 1,
            jitter: 0,
            maximumDelay: .seconds(30),
            honoursRetryAfter: false
        )
    }

    /// Connects once: the subscription ends or fails with its first connection.
    public static var never: ReconnectionPolicy {
        var policy = ReconnectionPolicy.defaults
        policy.overrule = { end, _ in end.error == nil ? .end : .fail }
        return policy
    }
}

@available(SwiftSSE 1.0, *)
extension ReconnectionPolicy {
    /// What follows on an end.
    ///
    /// - Parameters:
    ///   - end: The end.
    ///   - canDiffer: Whether the next request would be another one: it would go to another place, or without an id that
    ///     was too long.
    func decision(on end: ConnectionEnd, nextDiffers canDiffer: Bool = false) -> ReconnectionDecision {
        var decision = self.standardDecision(on: end)
        if canDiffer, !self.isStrict, decision == .fail, end.refusal != nil { decision = .reconnect }
        return self.overrule?(end, decision) ?? decision
    }

    private func standardDecision(on end: ConnectionEnd) -> ReconnectionDecision {
        guard let error = end.error else { return .reconnect }
        guard let error = error as? SSEClientError else { return .fail }
        switch error.code {
        case .connectionFailed, .connectTimeout, .connectionCut, .idleTimeout, .invalidResponse, .undecodableBody:
            return .reconnect
        case .refused: return self.isStrict ? .fail : Self.decision(on: error.refusal)
        default: return .fail
        }
    }

    private static func decision(on refusal: SSEClientError.Refusal?) -> ReconnectionDecision {
        switch refusal?.response.status.code {
        case 204: .end
        case 408, 425, 429, .some(500...599): .reconnect
        default: .fail
        }
    }

    /// What a growing delay grows from at least, in seconds.
    private static var leastGrowingDelay: Double { 0.1 }

    /// How long to wait before the next attempt.
    ///
    /// - Parameters:
    ///   - failures: How many connections have failed in a row, at least 1.
    ///   - reconnectionTime: What the stream has set, if it has.
    ///   - random: A number from 0 up to but not including 1.
    func delay(failures: Int, reconnectionTime: Duration?, random: Double) -> Duration {
        // Only a server may ask for more than the cap.
        let base = max(reconnectionTime ?? min(self.initialDelay, self.maximumDelay), .zero)
        // In seconds, because durations of many years must not overflow on the way to the cap.
        let baseSeconds = base / .seconds(1)
        let growth = self.multiplier.magnitude > 1 ? self.multiplier.power(min(failures - 1, 1024)) : 1
        // From zero nothing would grow: a server that asks to be asked at once, and then is down, would be asked all the
        // time.
        let origin = growth > 1 ? max(baseSeconds, Self.leastGrowingDelay) : baseSeconds
        let target = max(baseSeconds, min(origin * growth, self.maximumDelay / .seconds(1)))
        let jitter = min(max(self.jitter, 0), 1)
        // At the first attempt only upwards, then downwards from the target, and never below what was asked for.
        let low = max(baseSeconds, target * (1 - jitter))
        let high = max(target, min(baseSeconds * (1 + jitter), self.maximumDelay / .seconds(1)))
        let seconds = low + (high - low) * random
        return seconds < 1e12 ? max(base, .seconds(seconds)) : base
    }
}

extension Double {
    fileprivate func power(_ exponent: Int) -> Double {
        var result = 1.0
        for _ in 0..<exponent where result < 1e15 { result *= self }
        return result
    }
}

/// What a subscription does after a connection has ended.
@available(SwiftSSE 1.0, *)
public struct ReconnectionDecision: Sendable, Hashable {
    enum Kind: Hashable {
        case reconnect(after: Duration?)
        case end
        case fail
    }

    let kind: Kind

    /// Connect again, after the time that the policy and the server name.
    public static let reconnect = ReconnectionDecision(kind: .reconnect(after: nil))

    /// Connect again after a time of your own.
    ///
    /// - Parameter delay: The time.
    public static func reconnect(after delay: Duration) -> ReconnectionDecision {
        ReconnectionDecision(kind: .reconnect(after: max(delay, .zero)))
    }

    /// End the subscription: its loop ends without an error.
    public static let end = ReconnectionDecision(kind: .end)

    /// Fail for good: the subscription's loop throws the error.
    public static let fail = ReconnectionDecision(kind: .fail)
}
