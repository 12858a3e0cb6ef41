internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTesting
internal import Logging
internal import NIOCore
internal import SSEHummingbird
internal import ServerSentEvents
internal import Testing

/// A server whose routes do what programs have to cope with.
@available(SwiftSSE 1.0, *)
enum LocalServer {
    private struct Failure: Error {}

    /// Runs the server for the time of a closure.
    static func run<Result: Sendable>(_ body: @Sendable (_ origin: String) async throws -> Result) async throws
        -> Result
    {
        let router = Router()
        Self.addStreams(to: router)
        Self.addFailures(to: router)
        Self.addEcho(to: router)
        return try await Self.run(router, .eventStreams()) { try await body("http://127.0.0.1:\($0)") }
    }

    /// Runs an application for the time of a closure, which gets its port.
    static func run<Result: Sendable>(
        _ router: Router<BasicRequestContext>,
        _ server: HTTPServerBuilder,
        _ body: @Sendable (Int) async throws -> Result
    ) async throws -> Result {
        var logger = Logger(label: "IntegrationTests")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            server: server,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            logger: logger
        )
        return try await application.test(.live) { client in try await body(#require(client.port)) }
    }

    private static func addStreams(to router: Router<BasicRequestContext>) {
        // Two events a connection, from the last event on, up to the sixth.
        router.get("/numbered") { request, _ in
            let last = request.lastEventID.flatMap { Int($0.rawValue) } ?? 0
            guard last < 6 else { return Response(status: .noContent) }
            return request.eventStream { writer in
                try await writer.retry(.milliseconds(10))
                for number in (last + 1)...(last + 2) {
                    try await writer.send(ServerSentEvent(data: "\(number)", id: .init(number)))
                }
            }
        }
        router.get("/three") { request, _ in
            request.eventStream { writer in
                try await writer.comment(" hello")
                try await writer.send(ServerSentEvent(data: "one"))
                try await writer.send(ServerSentEvent(type: "news", data: "two\nlines", id: "7"))
                try await writer.send(ServerSentEvent(data: "three \u{2026}", retry: .milliseconds(1234)))
            }
        }
        router.get("/base64") { request, _ in
            request.eventStream(
                configuration: EventStreamConfiguration(encoder: EventStreamEncoder(dataEncoding: .base64))
            ) { writer in
                try await writer.send(ServerSentEvent(bytes: Array("text".utf8)))
                try await writer.send(ServerSentEvent(bytes: [0x00, 0xFF, 0x0A]))
            }
        }
        router.get("/endless") { request, _ in
            request.eventStream { writer in
                for number in 1... {
                    try await writer.send(ServerSentEvent(type: "tick", data: "\(number)"))
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
        }
        router.get("/silent") { request, _ in
            request.eventStream { writer in
                try await writer.send(ServerSentEvent(data: "only"))
                try await Task.sleep(for: .seconds(60))
            }
        }
    }

    private static func addFailures(to router: Router<BasicRequestContext>) {
        router.get("/cut") { request, _ in
            request.eventStream { writer in
                try await writer.send(ServerSentEvent(data: "one"))
                throw Failure()
            }
        }
        router.get("/unanswered") { request, _ in
            // Ends when the client leaves, so that the server can.
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await Task.sleep(for: .seconds(60))
                return Response(status: .ok)
            }
        }
        router.get("/forbidden") { _, _ in
            Response(
                status: .forbidden,
                headers: [.contentType: "text/plain"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "Who are you?\nSecond line.\n"))
            )
        }
        router.get("/html") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/html"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "\n\u{1B}[31m<!doctype html>\n"))
            )
        }
    }

    /// Tells what was asked, as events.
    private static func addEcho(to router: Router<BasicRequestContext>) {
        for method: HTTPRequest.Method in [.get, .post, .put, .delete] {
            router.on("/echo", method: method) { request, _ in
                var request = request
                let body = try await request.collectBody(upTo: 1 << 20)
                let lines = ["X-Thing", "Accept", "Last-Event-ID"].compactMap { name in
                    HTTPField.Name(name).map { "\(name)=\(request.headers[values: $0].joined(separator: "|"))" }
                }
                return request.eventStream { [request] writer in
                    try await writer.send(ServerSentEvent(data: request.method.rawValue))
                    for line in lines { try await writer.send(ServerSentEvent(data: line)) }
                    try await writer.send(ServerSentEvent(data: String(buffer: body)))
                }
            }
        }
    }
}
