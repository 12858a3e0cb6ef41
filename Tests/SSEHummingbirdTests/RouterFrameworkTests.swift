internal import Hummingbird
internal import HummingbirdTesting
internal import NIOCore
internal import SSEHummingbird
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// Event streams in applications that are tested with Hummingbird's own means.
@Suite(.timeLimit(.minutes(3)))
struct RouterFrameworkTests {
    @available(SwiftSSE 1.0, *)
    private static func makeApplication(_ kind: TestServerKind) -> some ApplicationProtocol {
        let router = Router(context: BasicRequestContext.self)
        router.get("/") { request, _ in
            request.eventStream(prelude: ByteBuffer(string: ": padding\n")) { writer in
                for number in 1...3 { try await writer.send(ServerSentEvent(data: "\(number)")) }
            }
        }
        router.post("/") { request, context in
            let topic = try await request.decode(as: String.self, context: context)
            return request.eventStream { try await $0.send(ServerSentEvent(data: topic)) }
        }
        router.head("/") { request, _ in request.eventStream { _ in } }
        return Application(router: router, server: kind.builder)
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `Without a server, the response has the whole body`(kind: TestServerKind) async throws {
        try await Self.makeApplication(kind).test(.router) { client in
            let response = try await client.execute(uri: "/", method: .get)
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "text/event-stream")
            #expect(String(buffer: response.body) == ": padding\ndata: 1\n\ndata: 2\n\ndata: 3\n\n")

            let body = ByteBuffer(string: "\"news\"")
            let posted = try await client.execute(
                uri: "/",
                method: .post,
                headers: [.contentType: "application/json"],
                body: body
            )
            #expect(String(buffer: posted.body) == "data: news\n\n")

            let head = try await client.execute(uri: "/", method: .head)
            #expect(head.headers[.contentType] == "text/event-stream")
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `With a server as well`(kind: TestServerKind) async throws {
        try await Self.makeApplication(kind).test(.live) { client in
            let response = try await client.execute(uri: "/", method: .get)
            #expect(String(buffer: response.body) == ": padding\ndata: 1\n\ndata: 2\n\ndata: 3\n\n")
        }
    }
}
