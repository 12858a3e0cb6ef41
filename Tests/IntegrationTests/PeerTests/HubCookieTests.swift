internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import SSETestSupport
internal import Testing

/// Pages of applications that give the browser a token as a cookie, which it then sends to the hub.
@Suite(.timeLimit(.minutes(15)), .withPrograms, .enabled(if: BrowserPage.browser != nil, BrowserPage.note))
struct HubCookieTests {
    /// Runs an application for the time of a closure, which gets its origin. Its page brings the cookie.
    @available(SwiftSSE 1.0, *)
    private static func withApplication<Result: Sendable>(
        _ token: String,
        _ body: @Sendable (_ origin: String) async throws -> Result
    ) async throws -> Result {
        let router = Router()
        router.get("/") { _, _ in
            Response(
                status: .ok,
                headers: [
                    .contentType: "text/html",
                    .setCookie:
                        "mercureAuthorization=\(token); Path=/.well-known/mercure; HttpOnly; SameSite=Strict",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "<!doctype html><title>Application</title>"))
            )
        }
        // By its name: the cookie is the host's, whatever the port.
        return try await LocalServer.run(router, .http1()) { try await body("http://localhost:\($0)") }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The cookie brings private events to pages of allowed origins, and to no others`() async throws {
        let token = try await PublisherToken.make(topics: ["news"], subscribed: ["news"])
        try await Self.withApplication(token) { allowed in
            try await Self.withApplication(token) { stranger in
                let arguments = [
                    "--port", "0", "--publisher-key", PublisherToken.key, "--subscriber-key", PublisherToken.key,
                    "--anonymous-subscribe", "--allow-origin", allowed,
                ]
                try await HubProcess.run(arguments, deadline: .seconds(150)) { hub in
                    try await BrowserPage.open("\(allowed)/") { page in
                        try await BrowserPage.open("\(stranger)/") { other in
                            try await Self.check(hub, page, other)
                        }
                    }
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    private static func check(_ hub: HubProcess, _ page: BrowserPage, _ stranger: BrowserPage) async throws {
        let url = hub.url(topics: ["news"], host: "http://localhost")
        try await page.open("with cookie", at: url, withCredentials: true)
        try await page.open("without", at: url)
        // A browser gives up a stream that a page may not read.
        for withCredentials in [true, false] {
            let name = "credentials: \(withCredentials)"
            try await stranger.subscribe(name, to: url, withCredentials: withCredentials)
            try await stranger.wait(until: "\(BrowserPage.source(name)).readyState !== EventSource.CONNECTING")
            let state = try await stranger.evaluate("\(BrowserPage.source(name)).readyState === EventSource.CLOSED")
            #expect(state == "true", "\(name)")
        }

        // The cookie lets the page publish as well, which it does not let others.
        let secret = BrowserPage.Message(id: "1", data: "for members")
        let open = BrowserPage.Message(id: "2", data: "for all")
        let answer = try await page.publish(
            [("topic", "news"), ("id", secret.id), ("data", secret.data), ("private", "on")],
            to: url
        )
        #expect(answer == BrowserPage.Answer(status: 200, type: "text/plain; charset=utf-8", body: secret.id))
        await #expect(throws: (any Error).self) {
            try await stranger.publish([("topic", "news"), ("data", "forged")], to: url)
        }
        let second = try await page.publish([("topic", "news"), ("id", open.id), ("data", open.data)], to: url)
        #expect(second.status == 200)

        try await page.wait(for: open.data, from: "with cookie")
        try await page.wait(for: open.data, from: "without")
        let (all, some) = (try await page.messages(of: "with cookie"), try await page.messages(of: "without"))
        #expect(all == [secret, open])
        #expect(some == [open])
        for name in ["credentials: true", "credentials: false"] {
            let none = try await stranger.messages(of: name)
            #expect(none.isEmpty, "\(name)")
        }
    }
}
