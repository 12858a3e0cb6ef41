internal import Foundation
internal import SSEClient
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// Many subscriptions in one process.
@Suite(.timeLimit(.minutes(15)), .serialized, .inTurn)
struct ManySubscriptionsTests {
    #if os(Linux)
    /// The sockets that the process has open.
    private static var socketCount: Int {
        let links = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return links.count { link in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(link)"))?.hasPrefix("socket:")
                == true
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A thousand are open at once, and when they are cancelled no socket is left`() async throws {
        let count = 1000
        // Each is to connect once, however long a busy machine takes for a thousand.
        let configuration = EventStreamSubscription.Configuration(connectTimeout: nil)
        try await withTestServer { connection, request in
            try await connection.beginStream("id: 1\ndata: \(request.path)\n\n")
            await connection.waitForClose()
        } _: { server in
            let opened = Log<String>()
            let before = Self.socketCount
            await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    group.addTask {
                        let request = EventStreamRequest(url: "\(server.origin)/\(number)")
                        let subscription = EventStreamClient().subscription(to: request, configuration: configuration)
                        for try await event in subscription {
                            opened.append(event.data)
                        }
                    }
                }
                for _ in 0..<count { await opened.next() }
                #expect(Set(opened.entries).count == count)
                #expect(Self.socketCount >= before + count)
                group.cancelAll()
                while let result = await group.nextResult() {
                    #expect(throws: CancellationError.self) { try result.get() }
                }
            }
            for _ in 0..<count { await server.closes.next() }
            #expect(server.requests.entries.count == count)
        }
    }
    #endif
}
