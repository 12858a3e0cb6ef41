internal import HTTPTypes
internal import Testing

@testable internal import SSEClient
@testable internal import ServerSentEvents

/// What follows on which end, and when.
@Suite
struct ReconnectionPolicyTests {
    @available(SwiftSSE 1.0, *)
    private static func refusal(_ status: Int) -> ConnectionEnd {
        let response = EventStreamResponse(url: "http://x/", status: .init(code: status), headers: [:])
        let refusal = SSEClientError.Refusal(response: response, body: [])
        return ConnectionEnd(error: SSEClientError(code: .refused, message: "", refusal: refusal), wasOpen: false)
    }

    @available(SwiftSSE 1.0, *)
    private static func end(_ code: SSEClientError.Code) -> ConnectionEnd {
        ConnectionEnd(error: SSEClientError(code: code, message: ""), wasOpen: true)
    }

    @Test(arguments: Array(200...599))
    @available(SwiftSSE 1.0, *)
    func `A status is final or not, by default`(status: Int) {
        let expected: ReconnectionDecision =
            status == 204 ? .end : status >= 500 || [408, 425, 429].contains(status) ? .reconnect : .fail
        #expect(ReconnectionPolicy.defaults.decision(on: Self.refusal(status)) == expected)
        #expect(ReconnectionPolicy.browser.decision(on: Self.refusal(status)) == .fail)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A connection that ended or could not be made is made again, by default and in browsers`() {
        for policy in [ReconnectionPolicy.defaults, .browser] {
            #expect(policy.decision(on: ConnectionEnd(error: nil, wasOpen: true)) == .reconnect)
            #expect(policy.decision(on: Self.end(.connectionFailed)) == .reconnect)
            #expect(policy.decision(on: Self.end(.connectionCut)) == .reconnect)
            #expect(policy.decision(on: Self.end(.idleTimeout)) == .reconnect)
            #expect(policy.decision(on: Self.end(.connectTimeout)) == .reconnect)
            #expect(policy.decision(on: Self.end(.invalidResponse)) == .reconnect)
            #expect(policy.decision(on: Self.end(.undecodableBody)) == .reconnect)
            #expect(policy.decision(on: Self.end(.headTooLarge)) == .fail)
            #expect(policy.decision(on: Self.end(.invalidRequest)) == .fail)
            let limit = ServerSentEventsError(code: .eventTooLarge, message: "")
            #expect(policy.decision(on: ConnectionEnd(error: limit, wasOpen: true)) == .fail)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A refusal is not final if the next request is another one, except in browsers and with 204`() {
        #expect(ReconnectionPolicy.defaults.decision(on: Self.refusal(404), nextDiffers: true) == .reconnect)
        #expect(ReconnectionPolicy.defaults.decision(on: Self.refusal(204), nextDiffers: true) == .end)
        #expect(ReconnectionPolicy.browser.decision(on: Self.refusal(404), nextDiffers: true) == .fail)
        #expect(ReconnectionPolicy.never.decision(on: Self.refusal(404), nextDiffers: true) == .fail)
        #expect(ReconnectionPolicy.defaults.decision(on: Self.end(.invalidRequest), nextDiffers: true) == .fail)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Each default leaves the others their work`() throws {
        let policy = ReconnectionPolicy.defaults
        let subscription = EventStreamSubscription.Configuration.defaults
        let idle = try #require(subscription.idleTimeout)
        let connect = try #require(subscription.connectTimeout)
        // A connection that was quiet for as long as it may be, or that a proxy has cut after 30 s, is no failure.
        #expect(policy.resetsAfter < idle)
        #expect(policy.resetsAfter < .seconds(30))
        // No answer is reported as that, and not as silence.
        #expect(connect < idle)
        // Whoever comes back as late as possible has still waited less than a silent server is given.
        #expect(policy.initialDelay * (1 + policy.jitter) < policy.maximumDelay)
        #expect(policy.maximumDelay < idle)
        // A reply may take its time, and its head as long as its body.
        #expect(EventStreamClient.Configuration.defaults.connectTimeout == nil)
        #expect(try #require(EventStreamClient.Configuration.defaults.idleTimeout) > idle)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `One closure overrules every decision, and sees what would follow`() {
        var policy = ReconnectionPolicy.defaults
        policy.overrule = { end, decision in
            switch end.refusal?.response.status {
            case .notFound: .reconnect(after: .seconds(1))
            case .serviceUnavailable: .end
            default: decision == .fail ? .end : .fail
            }
        }
        #expect(policy.decision(on: Self.refusal(404)) == .reconnect(after: .seconds(1)))
        #expect(policy.decision(on: Self.refusal(503)) == .end)
        #expect(policy.decision(on: Self.refusal(400)) == .end)
        #expect(policy.decision(on: Self.end(.connectionCut)) == .fail)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A policy of never connects once`() {
        #expect(ReconnectionPolicy.never.decision(on: ConnectionEnd(error: nil, wasOpen: true)) == .end)
        #expect(ReconnectionPolicy.never.decision(on: Self.refusal(503)) == .fail)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The defaults`() {
        let policy = ReconnectionPolicy.defaults
        #expect(policy.initialDelay == .seconds(3))
        #expect(policy.multiplier == 2)
        #expect(policy.jitter == 0.5)
        #expect(policy.maximumDelay == .seconds(30))
        #expect(policy.resetsAfter == .seconds(20))
        #expect(policy.maximumAttempts == nil)
        #expect(policy.honoursRetryAfter)
        let configuration = EventStreamSubscription.Configuration.defaults
        #expect(configuration.idleTimeout == .seconds(45))
        #expect(configuration.connectTimeout == .seconds(10))
        #expect(configuration.reconnection == .redirectTarget)
        #expect(configuration.cursorStore == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Without jitter a delay doubles up to the cap`() {
        var policy = ReconnectionPolicy.defaults
        policy.jitter = 0
        let delays = (1...6).map { policy.delay(failures: $0, reconnectionTime: nil, random: 0.9) / .seconds(1) }
        #expect(delays == [3, 6, 12, 24, 30, 30])
        #expect(policy.delay(failures: .max, reconnectionTime: nil, random: 0) == .seconds(30))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Jitter goes upwards at first, then downwards, never below what was asked for nor beyond the cap`() {
        let policy = ReconnectionPolicy.defaults
        let ranges = (1...6).map { failures in
            [0, 1].map { policy.delay(failures: failures, reconnectionTime: nil, random: $0) / .seconds(1) }
        }
        #expect(ranges == [[3, 4.5], [3, 6], [6, 12], [12, 24], [15, 30], [15, 30]])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An initial delay beyond the cap is none`() {
        var policy = ReconnectionPolicy.defaults
        policy.maximumDelay = .seconds(2)
        for failures in 1...5 {
            #expect(policy.delay(failures: failures, reconnectionTime: nil, random: 0.99) == .seconds(2))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A reconnection time beyond the cap is obeyed`() {
        let policy = ReconnectionPolicy.defaults
        let delay = policy.delay(failures: 3, reconnectionTime: .seconds(100), random: 0)
        #expect(delay == .seconds(100))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A reconnection time of zero means at once; after that delays grow all the same, if they grow at all`() {
        var policy = ReconnectionPolicy.defaults
        policy.jitter = 0
        let growing = (1...4).map { policy.delay(failures: $0, reconnectionTime: .zero, random: 0) }
        #expect(growing == [.zero, .milliseconds(200), .milliseconds(400), .milliseconds(800)])
        policy.multiplier = 1
        #expect(policy.delay(failures: 5, reconnectionTime: .zero, random: 0.9) == .zero)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `No settings and no server make a delay that traps`() {
        var policy = ReconnectionPolicy.defaults
        for multiplier in [-1, 0, 1e300, .infinity, .nan] {
            for jitter in [-5, 0, 7, .infinity, .nan] {
                policy.multiplier = multiplier
                policy.jitter = jitter
                for time in [Duration.zero, .milliseconds(Int64.max), .seconds(-1)] {
                    let delay = policy.delay(failures: 9, reconnectionTime: time, random: 0.5)
                    #expect(delay >= .zero)
                }
            }
        }
    }
}
