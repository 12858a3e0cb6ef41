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
