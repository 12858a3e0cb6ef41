internal import SSEClient
internal import SSETestSupport
internal import Testing

/// A server that takes its time to answer, in real time; when exactly an attempt is over, ``ConnectTimeoutTests`` tells.
extension TransportConformanceTests {
    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `A server that takes the request and never answers is left in time`(transport: TransportUnderTest) async throws
    {
        let start = ContinuousClock.now
        try await withPeer(over: transport, connectTimeout: .milliseconds(400)) { _ in
            Scenario(isAnswered: false)
        } _: { peer in
            let outcome = await peer.client.outcome(of: peer.url)
            #expect(outcome.clientError?.code == .connectTimeout)
            #expect(outcome.clientError?.message == "The server has not answered within 0.4 seconds.")
            #expect(ContinuousClock.now - start >= .milliseconds(400))
            // On a slow machine the time may be over before anything has been sent.
            if !peer.requests.entries.isEmpty { await peer.closes.next() }
            #expect(peer.requests.entries.count <= 1)
        }
    }
}
