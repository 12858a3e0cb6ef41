internal import Foundation
internal import SSETestSupport
internal import Testing

/// The demo's page in a browser.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct BrowserTests {
    private static let browser = ["chromium", "chromium-browser", "google-chrome"].lazy.compactMap(Executable.named)
        .first

    @Test(.enabled(if: Self.browser != nil, "There is no chromium on the path; on Debian: apt-get install chromium"))
    @available(SwiftSSE 1.0, *)
    func `Chromium receives the events and shows them`() async throws {
        let browser = try #require(Self.browser)
        // The browser prints the page once the stream has ended; how long it takes to start is anybody's guess.
        for wait in [5, 15, 40] {
            let page = try await self.page(in: browser, after: .seconds(wait))
            let count = page.firstMatch(of: /<span id="count">([0-9]+)<\/span>/).flatMap { Int($0.1) } ?? 0
            guard count >= 3 else { continue }
            let ids = page.matches(of: /<span>id ([0-9]+)<\/span>/).compactMap { Int($0.1) }
            #expect(ids == Array((max(1, count - 11)...count).reversed()))
            #expect(page.contains(#"<div id="state""#))
            return
        }
        Issue.record("The page has received no events.")
    }

    /// The page as it is when the demo has been ended.
    @available(SwiftSSE 1.0, *)
    private func page(in browser: URL, after time: Duration) async throws -> String {
        try await withProcess(
            Executable.sse(),
            ["demo", "--port", "0", "--events", "100000", "--interval", "50ms"],
            deadline: .seconds(120)
        ) { demo in
            let port = try #require(await demo.demoPort())
            let arguments = [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=1000",
                "--dump-dom", "http://localhost:\(port)/",
            ]
            return try await withProcess(browser, arguments, deadline: .seconds(100)) { browser in
                browser.closeInput()
                try await Task.sleep(for: time)
                demo.interrupt()
                return await browser.result().output
            }
        }
    }
}
