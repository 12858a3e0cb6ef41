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

    @Test("A status is final or not, by default", arguments: Array(200...599))
    @available(SwiftSSE 1.0, *)
    func statuses(status: Int) {
        let expected: ReconnectionDecision =
            status == 204 ? .end : status >= 500 || [408, 425, 429].contains(status) ? .reconnect : .fail
        #expect(ReconnectionPolicy.defaults.decision(on: Self.refusal(status)) == expected)
        #expect(ReconnectionPolicy.browser.decision(on: Self.refusal(status)) == .fail)
    }

    @Test("A connection that ended or could not be made is made again, by default and in browsers")
    @available(SwiftSSE 1.0, *)
    func ends() {
        for policy in [ReconnectionPolicy.defaults, .browser] {
            #expect(policy.decision(on: ConnectionEnd(error: nil, wasOpen: true)) == .reconnect)
            #expect(policy.decision(on: Self.end(.connectionFailed)) == .reconnect)
            #expect(policy.decision(on: Self.end(.connectionCut)) == .reconnect)
            #expect(policy.decision(on: Self.end(.idleTimeout)) == .reconnect)
            #expect(policy.decision(on: Self.end(.connectTimeout)) == .reconnect)
            #expect(policy.decision(on: Self.end(.invalidRequest)) == .fail)
            let limit = ServerSentEventsError(code: .eventTooLarge, message: "")
            #expect(policy.decision(on: ConnectionEnd(error: limit, wasOpen: true)) == .fail)
        }
    }

    @Test("One closure overrules every decision, and sees what would follow")
    @available(SwiftSSE 1.0, *)
    func overrule() {
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

    @Test("A policy of never connects once")
    @available(SwiftSSE 1.0, *)
    func never() {
        #expect(ReconnectionPolicy.never.decision(on: ConnectionEnd(error: nil, wasOpen: true)) == .end)
        #expect(ReconnectionPolicy.never.decision(on: Self.refusal(503)) == .fail)
    }

    @Test("The defaults")
    @available(SwiftSSE 1.0, *)
    func defaults() {
        let policy = ReconnectionPolicy.defaults
        #expect(policy.initialDelay == .seconds(3))
        #expect(policy.multiplier == 2)
        #expect(policy.jitter == 0.5)
        #expect(policy.maximumDelay == .seconds(30))
        #expect(policy.resetsAfter == .seconds(60))
        #expect(policy.maximumAttempts == nil)
        #expect(policy.honoursRetryAfter)
        let configuration = EventStreamSubscription.Configuration.defaults
        #expect(configuration.idleTimeout == .seconds(45))
        #expect(configuration.connectTimeout == .seconds(10))
        #expect(configuration.reconnection == .redirectTarget)
        #expect(configuration.cursorStore == nil)
    }

    @Test("Without jitter a delay doubles up to the cap")
    @available(SwiftSSE 1.0, *)
    func growth() {
        var policy = ReconnectionPolicy.defaults
        policy.jitter = 0
        let delays = (1...6).map { policy.delay(failures: $0, reconnectionTime: nil, random: 0.9) / .seconds(1) }
        #expect(delays == [3, 6, 12, 24, 30, 30])
        #expect(policy.delay(failures: .max, reconnectionTime: nil, random: 0) == .seconds(30))
    }

    @Test("Jitter goes upwards at first, then downwards, never below what was asked for nor beyond the cap")
    @available(SwiftSSE 1.0, *)
    func jitter() {
        let policy = ReconnectionPolicy.defaults
        let ranges = (1...6).map { failures in
            [0, 1].map { policy.delay(failures: failures, reconnectionTime: nil, random: $0) / .seconds(1) }
        }
        #expect(ranges == [[3, 4.5], [3, 6], [6, 12], [12, 24], [15, 30], [15, 30]])
    }

    @Test("An initial delay beyond the cap is none")
    @available(SwiftSSE 1.0, *)
    func lowCap() {
        var policy = ReconnectionPolicy.defaults
        policy.maximumDelay = .seconds(2)
        for failures in 1...5 {
            #expect(policy.delay(failures: failures, reconnectionTime: nil, random: 0.99) == .seconds(2))
        }
    }

    @Test("A reconnection time beyond the cap is obeyed")
    @available(SwiftSSE 1.0, *)
    func longReconnectionTime() {
        let policy = ReconnectionPolicy.defaults
        let delay = policy.delay(failures: 3, reconnectionTime: .seconds(100), random: 0)
        #expect(delay == .seconds(100))
    }

    @Test("A reconnection time of zero means at once; after that delays grow all the same, if they grow at all")
    @available(SwiftSSE 1.0, *)
    func zero() {
        var policy = ReconnectionPolicy.defaults
        policy.jitter = 0
        let growing = (1...4).map { policy.delay(failures: $0, reconnectionTime: .zero, random: 0) }
        #expect(growing == [.zero, .milliseconds(200), .milliseconds(400), .milliseconds(800)])
        policy.multiplier = 1
        #expect(policy.delay(failures: 5, reconnectionTime: .zero, random: 0.9) == .zero)
    }

    @Test("No settings and no server make a delay that traps")
    @available(SwiftSSE 1.0, *)
    func extremes() {
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
