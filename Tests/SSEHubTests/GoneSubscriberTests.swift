#if os(Linux)
import NIOCore
import SSEHub
import SSEServer
import SSETestSupport
import Testing

/// A subscriber that is gone without a word, as others see it.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct GoneSubscriberTests {
    private static let path = "/.well-known/mercure/subscriptions"

    @available(SwiftSSE 1.0, *)
    @Test func `A subscription of a client that is gone is not active any more, and an event tells of that`()
        async throws
    {
        let token = try await TestToken.subscribing(to: "*", claims: "").signed()
        let headers = ["Authorization: Bearer \(token)"]
        try await withHub {
            $0.tellsSubscriptions = true
            $0.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key), admitsOthers: true)
            $0.fanOut.heartbeatInterval = .seconds(1)
            $0.fanOut.writeTimeout = .seconds(2)
        } _: { hub in
            let list = (["GET \(Self.path)/gone HTTP/1.1", "Host: localhost"] + headers + ["", ""])
                .joined(separator: "\r\n")
            try await hub.withConnection { watcher in
                _ = try await watcher.subscribe("?topic=*", headers)
                try await RawConnection.withConnection(to: hub.port, deadline: .seconds(60)) { client in
                    _ = try await client.subscribe("?topic=gone", headers)
                    _ = try await client.read(through: ":\n\r\n")
                    #expect(try await hub.exchange(list).body.contains(#""active":true"#))
                    try await client.loseNetwork()
                    try await hub.waitForSubscribers(1)
                    #expect(try await !hub.exchange(list).body.contains(#""active":true"#))
                    _ = try await watcher.read(through: #""active":false"#)
                }
            }
        }
    }
}
#endif
