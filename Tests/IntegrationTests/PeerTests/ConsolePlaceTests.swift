internal import Foundation
internal import SSETestSupport
internal import Testing

/// Where the hub's console may be, in Chromium.
@Suite(
    .serialized,
    .timeLimit(.minutes(15)),
    .withPrograms,
    .enabled(if: BrowserPage.browser != nil, BrowserPage.note),
    .enabled(if: DefaultNginx.executable != nil, "There is no nginx.")
)
struct ConsolePlaceTests {
    @Test(arguments: ["/hub/", "/hub", "/a/b%20c/"])
    @available(SwiftSSE 1.0, *)
    func `Beneath a path of a proxy the page reads, publishes, and names the hub's address`(prefix: String)
        async throws
    {
        let location = prefix.replacing("%20", with: " ")
        // With the field that publishing from a page needs. The hub sees the path beneath.
        let pass = "{ proxy_pass http://127.0.0.1:{upstream}/; proxy_set_header Host $http_host; }"
        let hasSlash = location.hasSuffix("/")
        let page = hasSlash ? "" : "location = \"\(location)\" \(pass)"
        let place = "\(page) location \"\(location)\(hasSlash ? "" : "/")\" \(pass)"
        let keys = ["--subscriber-key", PublisherToken.key, "--anonymous-subscribe", "--subscriptions"]
        try await HubProcess.run(["--port", "0"] + keys, deadline: .seconds(150)) { hub in
            try await DefaultNginx.run(upstream: hub.port, location: place, deadline: .seconds(140)) { origin in
                try await BrowserPage.open("\(origin)\(prefix)?topic=a") { page in
                    try await page.wait(untilState: "open")
                    #expect(try await hub.publish(["--topic", "a", "from elsewhere"]).exitCode == 0)
                    try await page.wait(untilShown: ["from elsewhere"])
                    try await page.fill("#publish-topics", "a")
                    try await page.fill("#publish-data", "from the page")
                    try await page.click("#publish button")
                    try await page.wait(untilShown: ["from the page", "from elsewhere"])
                    let address = origin + prefix.replacing(/\/$/, with: "") + "/.well-known/mercure"
                    #expect(try await page.text(of: "#example").contains("curl \(address) "))
                    // A right is for a path as the hub sees it.
                    try await page.wait(
                        until: """
                            document.querySelector('#subscribers-text').textContent
                                .endsWith(' covers /.well-known/mercure/subscriptions.')
                            """
                    )
                    // The page's own address stays where it is.
                    #expect(try await page.evaluate("location.pathname + location.search") == "\(prefix)?topic=a")
                    let names = "performance.getEntriesByType('resource').map((entry) => entry.name)"
                    let strays = "\(names).filter((name) => !name.startsWith('\(address)')).join()"
                    #expect(try await page.evaluate(strays) == "")
                }
            }
        }
    }
}
