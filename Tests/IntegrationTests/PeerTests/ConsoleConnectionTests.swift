internal import Foundation
internal import SSETestSupport
internal import Testing

/// How the hub's console keeps its connection, in Chromium.
@Suite(.serialized, .timeLimit(.minutes(15)), .withPrograms, .enabled(if: BrowserPage.browser != nil, BrowserPage.note))
struct ConsoleConnectionTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `The console goes on while the hub is started anew, and says that events are missing`() async throws {
        let port = try await freePort()
        try await HubProcess.run(["--port", "\(port)"], deadline: .seconds(150)) { hub in
            try await BrowserPage.open("\(hub.origin)/?topic=t") { page in
                try await page.wait(untilState: "open")
                #expect(try await hub.publish(["--topic", "other", "elsewhere"]).exitCode == 0)
                #expect(try await hub.publish(["--topic", "t", "before"]).exitCode == 0)
                try await page.wait(untilShown: ["before"])
                hub.process.terminate()
                #expect(await hub.process.result().exitCode == 0)
                try await page.wait(untilState: "waiting")
                // Without the hub the attempts go on.
                try await page.wait(until: "document.querySelector('#problem').textContent !== ''")
                #expect(try await page.text(of: "#problem") == "The hub cannot be reached.")
                try await HubProcess.run(["--port", "\(port)"], deadline: .seconds(150)) { hub in
                    try await page.wait(untilState: "open")
                    #expect(try await page.text(of: "#problem") == "")
                    #expect(try await hub.publish(["--topic", "t", "after"]).exitCode == 0)
                    // The new hub knows by the last event ID that it does not have what followed.
                    try await page.wait(until: "document.querySelectorAll('#events li').length === 3")
                    let shown = try await page.shown()
                    #expect(shown.contains(/^after\|Events are missing here \([^)]+\).\|before$/), "\(shown)")
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `After a stream has ended, the next one begins behind the last event`() async throws {
        try await HubProcess.run(["--port", "0", "--max-lifetime", "2s"], deadline: .seconds(150)) { hub in
            try await BrowserPage.open("\(hub.origin)/?topic=t") { page in
                try await page.wait(untilState: "open")
                // With this time the page is away long enough for the others.
                let publish =
                    "fetch('/.well-known/mercure', { method: 'POST', body: new URLSearchParams('topic=t&retry=3000&data="
                try await page.evaluate("\(publish)1') })")
                try await page.wait(untilShown: ["1"])
                try await page.wait(untilState: "waiting")
                try await page.evaluate("\(publish)2') })")
                try await page.evaluate("\(publish)3') })")
                try await page.wait(untilShown: ["3", "2", "1"])
                try await page.wait(untilState: "waiting")
                try await page.wait(untilState: "open")
                // Nothing is missing, and nothing comes twice.
                #expect(try await page.shown() == "3|2|1")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Topics are added and taken away; a refusal is told, and leaves the others alone`() async throws {
        try await HubProcess.run(deadline: .seconds(150)) { hub in
            try await BrowserPage.open("\(hub.origin)/?topic=a") { page in
                try await page.wait(untilState: "open")
                try await page.fill("#selector", "books/{id")
                try await page.click("#subscribe button")
                try await page.wait(until: "document.querySelector('#topics-answer').textContent.startsWith('400 ')")
                #expect(try await page.text(of: "#state") == "connected")
                #expect(try await hub.publish(["--topic", "a", "1"]).exitCode == 0)
                try await page.wait(untilShown: ["1"])

                try await page.fill("#selector", "books/{id}")
                try await page.click("#subscribe button")
                try await page.wait(until: "document.querySelectorAll('#topics li').length === 2")
                try await page.wait(untilState: "open")
                #expect(try await page.text(of: "#topics-answer") == "")
                // An event of both topics is one.
                #expect(try await hub.publish(["--topic", "a", "--topic", "books/1", "2"]).exitCode == 0)
                try await page.wait(until: "document.querySelectorAll('.topic').length === 3")
                #expect(try await page.shown() == "2|1")
                #expect(try await page.evaluate("location.search") == "?topic=a&topic=books%2F%7Bid%7D")

                // What the hub keeps is there for those who come late.
                try await page.click("#replay")
                try await page.wait(until: "document.querySelectorAll('.topic').length === 3")
                #expect(try await page.evaluate("document.querySelectorAll('#events li').length") == "2")

                try await page.click("#topics li:first-child button")
                try await page.wait(until: "location.search === '?topic=books%2F%7Bid%7D'")
                try await page.wait(untilState: "open")
            }
            // In an address, such a topic is refused with the others until it is taken away.
            try await BrowserPage.open("\(hub.origin)/?topic=a&topic=books%2F%7Bid") { page in
                try await page.wait(untilState: "refused")
                #expect(try await page.text(of: "#problem").hasPrefix("400 Bad Request: "))
                try await page.click("#topics li:last-child button")
                try await page.wait(untilState: "open")
                #expect(try await page.text(of: "#problem") == "")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A token is sent with what is published, and is nowhere but in the page`() async throws {
        try await HubProcess.run(["--port", "0", "--publisher-key", PublisherToken.key], deadline: .seconds(150)) {
            hub in
            let token = try await PublisherToken.make()
            try await BrowserPage.open("\(hub.origin)/") { page in
                try await page.wait(untilState: "open")
                try await page.click("#publish button")
                try await page.wait(until: "document.querySelector('#answer').textContent.startsWith('401 ')")
                #expect(try await page.shown() == "")
                try await page.fill("#token", token)
                try await page.click("#authorize button")
                try await page.wait(untilState: "open")
                try await page.click("#publish button")
                try await page.wait(untilShown: ["Hello from this page"])
                let places = """
                    [location.href, document.cookie, ...Object.values(localStorage), ...Object.values(sessionStorage)]
                        .concat(performance.getEntries().map((entry) => entry.name)).join('|')
                    """
                #expect(try await !page.evaluate(places).contains(token))
            }
        }
    }
}
