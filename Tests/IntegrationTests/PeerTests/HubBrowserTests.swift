internal import Foundation
internal import SSETestSupport
internal import Testing

/// The hub's streams in Chromium.
@Suite(.timeLimit(.minutes(15)), .withPrograms, .enabled(if: BrowserPage.browser != nil, BrowserPage.note))
struct HubBrowserTests {
    private static let isSlowWelcome = ProcessInfo.processInfo.environment["SSE_SLOW_TESTS"] != nil

    /// Makes a source that notes what it receives, and waits until it is open.
    @available(SwiftSSE 1.0, *)
    private static func subscribe(_ page: BrowserPage) async throws {
        try await page.evaluate(
            """
            (() => {
                const source = new EventSource('/.well-known/mercure?topic=t');
                [window.source, window.seen, window.drops] = [source, [], 0];
                source.onmessage = (event) => seen.push(event.data);
                source.addEventListener('gap', () => seen.push('gap'));
                source.onerror = () => drops++;
            })()
            """
        )
        try await page.wait(until: "source.readyState === EventSource.OPEN")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `EventSource stays subscribed while the hub is started anew`() async throws {
        let port = try await freePort()
        try await HubProcess.run(["--port", "\(port)"], deadline: .seconds(150)) { hub in
            try await BrowserPage.open("\(hub.origin)/healthz") { page in
                try await Self.subscribe(page)
                #expect(try await hub.publish(["--topic", "t", "before"]).exitCode == 0)
                try await page.wait(until: "seen.includes('before')")
                hub.process.terminate()
                #expect(await hub.process.result().exitCode == 0)
                try await page.wait(until: "source.readyState === EventSource.CONNECTING")
                try await HubProcess.run(["--port", "\(port)"], deadline: .seconds(150)) { hub in
                    try await page.wait(until: "source.readyState === EventSource.OPEN")
                    #expect(try await hub.publish(["--topic", "t", "after"]).exitCode == 0)
                    try await page.wait(until: "seen.includes('after')")
                    // The new hub does not know the last event, and says so.
                    #expect(try await page.evaluate("seen") == "before,gap,after")
                }
            }
        }
    }

    @Test(
        .enabled(if: DefaultNginx.executable != nil, "There is no nginx."),
        .enabled(if: Self.isSlowWelcome, "It takes two minutes; set SSE_SLOW_TESTS=1 to run it.")
    )
    @available(SwiftSSE 1.0, *)
    func `EventSource stays subscribed through two idle minutes behind nginx as it is by default`() async throws {
        try await HubProcess.run(deadline: .seconds(240)) { hub in
            try await DefaultNginx.run(upstream: hub.port, deadline: .seconds(230)) { origin in
                try await BrowserPage.open("\(origin)/healthz", deadline: .seconds(220)) { page in
                    try await Self.subscribe(page)
                    // This is what is tested: nothing happens, for longer than nginx waits for a server.
                    try await Task.sleep(for: .seconds(120))
                    #expect(try await page.evaluate("source.readyState === EventSource.OPEN") == "true")
                    #expect(try await hub.publish(["--topic", "t", "after two minutes"]).exitCode == 0)
                    try await page.wait(until: "seen.length > 0")
                    #expect(try await page.evaluate("seen") == "after two minutes")
                    #expect(try await page.evaluate("drops") == "0")
                }
            }
        }
    }
}
