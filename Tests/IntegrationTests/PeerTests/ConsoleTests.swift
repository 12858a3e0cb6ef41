internal import Foundation
internal import SSETestSupport
internal import Testing

/// The hub's console in Chromium.
@Suite(.serialized, .timeLimit(.minutes(15)), .withPrograms, .enabled(if: BrowserPage.browser != nil, BrowserPage.note))
struct ConsoleTests {
    @available(SwiftSSE 1.0, *)
    private func withConsole(
        _ query: String = "",
        _ arguments: [String] = [],
        _ body: (HubProcess, BrowserPage) async throws -> Void
    ) async throws {
        try await HubProcess.run(["--port", "0"] + arguments, deadline: .seconds(150)) { hub in
            try await BrowserPage.open("\(hub.origin)/\(query)") { page in
                try await page.wait(untilState: "open")
                try await body(hub, page)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The form publishes, and the event is shown with all that is known of it`() async throws {
        try await self.withConsole { _, page in
            for (field, text) in [
                ("topics", "a\n b/c \n\n"), ("data", "Hello\nyou"), ("type", "greeting"), ("id", "my-1"),
                ("retry", "2500"),
            ] {
                try await page.fill("#publish-\(field)", text)
            }
            try await page.click("#publish button")
            try await page.wait(untilShown: ["Hello\nyou"])
            try await page.wait(until: "document.querySelector('#answer').textContent === 'Published as my-1'")
            #expect(try await page.shown(".type") == "greeting")
            #expect(try await page.shown(".id") == "my-1")
            let topics = "[...document.querySelectorAll('.topic')].map((topic) => topic.textContent).join('|')"
            #expect(try await page.evaluate(topics) == "a|b/c")
            try await page.wait(until: "document.querySelector('#last').textContent === 'my-1'")
            // What the hub refuses is told as the hub says it.
            try await page.fill("#publish-id", "#1")
            try await page.click("#publish button")
            try await page.wait(until: "document.querySelector('#answer').textContent.startsWith('400 Bad Request: ')")
            #expect(try await page.shown() == "Hello\nyou")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A private event reaches nobody without the right to it, and the form can make one`() async throws {
        try await self.withConsole { _, page in
            try await page.click("#publish-private")
            try await page.fill("#publish-data", "secret")
            try await page.click("#publish button")
            try await page.wait(until: "document.querySelector('#answer').textContent.startsWith('Published as ')")
            try await page.click("#publish-private")
            try await page.fill("#publish-data", "open")
            try await page.click("#publish button")
            try await page.wait(untilShown: ["open"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The filter hides what does not have all of its words, in the topic, the type, the id or the data`()
        async throws
    {
        try await self.withConsole("?topic=weather&topic=sport") { hub, page in
            for (topic, type, id, data) in [
                ("weather", "headline", "1", "Rain in Oslo"), ("weather", "report", "2", "Sun in Rome"),
                ("sport", "headline", "3", "Rome wins"),
            ] {
                let arguments = ["--topic", topic, "--type", type, "--id", id, data]
                #expect(try await hub.publish(arguments).exitCode == 0)
            }
            try await page.wait(until: "document.querySelectorAll('#events li').length === 3")
            for (filter, data) in [
                ("WEATHER rome", "Sun in Rome"), ("sport", "Rome wins"), ("headline oslo", "Rain in Oslo"),
                ("rome paris", ""),
            ] {
                try await page.fill("#filter", filter)
                #expect(try await page.shown() == data)
                let count = data.isEmpty ? "0" : "1"
                #expect(try await page.text(of: "#count") == "\(count) of 3 events match")
            }
            // What comes later is filtered as well.
            try await page.fill("#filter", "new")
            #expect(try await hub.publish(["--topic", "sport", "old hat"]).exitCode == 0)
            #expect(try await hub.publish(["--topic", "sport", "new hat"]).exitCode == 0)
            try await page.wait(untilShown: ["new hat"])
            try await page.fill("#filter", "")
            #expect(try await page.evaluate("document.querySelectorAll('#events li:not([hidden])').length") == "5")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `While it is paused new events are counted, and shown when it goes on; keys do all of it`() async throws {
        try await self.withConsole { hub, page in
            #expect(try await hub.publish(["--topic", "t", "1"]).exitCode == 0)
            try await page.wait(untilShown: ["1"])
            try await page.press("p")
            #expect(try await hub.publish(["--topic", "t", "2"]).exitCode == 0)
            #expect(try await hub.publish(["--topic", "t", "3"]).exitCode == 0)
            try await page.wait(until: "document.querySelector('#count').textContent === '1 event · paused, 2 new'")
            #expect(try await page.shown() == "1")
            try await page.press("p")
            #expect(try await page.shown() == "3|2|1")
            #expect(try await page.text(of: "#count") == "3 events")
            // In a field, the same key is a letter.
            try await page.press("/")
            #expect(try await page.evaluate("document.activeElement.id") == "filter")
            try await page.press("p")
            #expect(try await page.text(of: "#count") == "3 events")
            try await page.press("Escape")
            try await page.press("c")
            #expect(try await page.evaluate("document.querySelectorAll('#events li').length") == "0")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What comes from others is text, whatever it looks like`() async throws {
        let mark = #"<img src=x onerror="window.isHit=1"><script>window.isHit=2</script>"#
        let json = "{\"\u{2028}\":[\"<img src=x onerror=window.isHit=3>\",12345678901234567890.10]}"
        let query = "?topic=" + (mark.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
        try await self.withConsole(query) { hub, page in
            #expect(try await hub.publish(["--topic", mark, "--type", mark, "--id", mark, mark]).exitCode == 0)
            #expect(try await hub.publish(["--topic", mark, json]).exitCode == 0)
            // Nobody but the hub can say that events are missing.
            #expect(try await hub.publish(["--topic", mark, "--type", "gap", "evicted"]).exitCode == 0)
            try await page.fill("#publish-topics", "/.well-known/mercure/\(mark)")
            try await page.click("#publish button")
            try await page.wait(until: "document.querySelector('#answer').textContent.startsWith('400 ')")
            try await page.wait(untilShown: ["evicted", json, mark])
            for part in [".type", ".id", ".topic"] {
                #expect(try await page.evaluate("[...document.querySelectorAll('\(part)')].at(-1).textContent") == mark)
            }
            // Opened, JSON is written with room, and its numbers stay as they are.
            try await page.click("#events li:nth-child(2) .open")
            let opened = "{\"\u{2028}\": [\"<img src=x onerror=window.isHit=3>\", 12345678901234567890.10]}"
            #expect(try await page.text(of: ".whole") == opened)
            #expect(try await page.text(of: "#topics .name") == mark)
            #expect(try await page.evaluate("document.querySelectorAll('img, #columns script').length") == "0")
            // And were it markup somewhere, the browser would not take it.
            let attempt =
                "(() => { try { document.body.innerHTML = '<p>'; return 'made' } catch { return 'refused' } })()"
            #expect(try await page.evaluate(attempt) == "refused")
            #expect(try await page.evaluate("window.isHit") == "undefined")
        }
    }
}
