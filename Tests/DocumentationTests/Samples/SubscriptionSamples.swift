import SSEClient

/// The code of the guide to subscriptions.
@available(SwiftSSE 1.0, *)
private func subscriptionSamples(request: EventStreamRequest) async throws {
    let client = EventStreamClient()
    let subscription = client.subscription(to: EventStreamRequest(url: "https://example.com/events"))
    for try await event in subscription {
        print(event.type, event.data)
    }

    var policy = ReconnectionPolicy.defaults
    policy.initialDelay = .milliseconds(500)
    policy.maximumAttempts = 10
    policy.overrule = { end, decision in
        // This service answers 404 while it starts.
        end.refusal?.response.status == .notFound ? .reconnect(after: .seconds(5)) : decision
    }
    let configuration = EventStreamSubscription.Configuration(policy: policy, idleTimeout: .seconds(30))
    let patient = client.subscription(to: request, configuration: configuration)
    _ = patient

    let authorized = client.subscription { attempt in
        var request = EventStreamRequest(url: "https://example.com/events")
        request.headers[.authorization] = "Bearer \(try await currentToken())"
        return request
    }
    _ = authorized

    let durable = client.subscription(
        to: request,
        configuration: .init(cursorStore: FileCursorStore(path: "/var/lib/worker/last-event-id"))
    )
    _ = durable

    for try await update in subscription.updates {
        switch update {
        case .event(let event): print(event.data)
        case .signal(.opened(let response)): print("open: \(response.url)")
        case .signal(.waiting(let delay, let end)): print("\(end) Next attempt in \(delay).")
        case .signal: break
        }
    }
}

@Sendable
private func currentToken() async throws -> String { "token" }

/// The code for those who come from LaunchDarkly's client.
@available(SwiftSSE 1.0, *)
private func launchDarklySamples() async throws {
    let request = EventStreamRequest(url: "https://example.com/events", headers: [.authorization: "token"])
    let subscription = EventStreamClient().subscription(to: request)
    try await subscription.run(
        onSignal: { signal in print(signal) },
        onEvent: { event in print(event.type, event.data, subscription.lastEventID) }
    )
}
