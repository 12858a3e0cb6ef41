import NIOHTTP1
import SSEHTTPServer
import SSEServer
import SSETestSupport
import Testing

@testable import SSEHub

/// Refusals are told of, whenever they come.
struct RefusalTests {
    @available(SwiftSSE 1.0, *)
    @Test func `A refusal is told once, now or when it has been waited for, and nothing else is`() async throws {
        let refusals = Log<UInt>()
        @Sendable func tell(_ response: ServerResponse) { refusals.append(response.status.code) }
        _ = ServerReply.response(ServerResponse(.ok)).onRefusal(tell)
        _ = ServerReply.response(ServerResponse(.forbidden)).onRefusal(tell)
        #expect(refusals.entries == [403])
        let later = ServerReply.later { .later { .response(ServerResponse(.unauthorized)) } }.onRefusal(tell)
        #expect(refusals.entries == [403])
        guard case .later(let work) = later, case .later(let rest) = await work() else {
            Issue.record("What has to be waited for is answered at once.")
            return
        }
        _ = await rest()
        #expect(refusals.entries == [403, 401])
    }
}
