internal import Foundation
internal import SSETestSupport
internal import Testing

/// What the hub's console does with single events, in Chromium.
@Suite(.serialized, .timeLimit(.minutes(15)), .withPrograms, .enabled(if: BrowserPage.browser != nil, BrowserPage.note))
struct ConsoleEventsTests {
    @available(SwiftSSE 1.0, *)
    private func withConsole(
        _ query: String = "",
        _ arguments: [String] = [],
        _ body: (HubProcess, BrowserPage) async throws -> Void
    ) async throws {
        try await HubProcess.run(["--port", "0"] + arguments, deadline: .seconds(150)) { hub in
            try await BrowserPage.open("\(hub.origin)/\(query)") { page in
                try await page.wait(untilState: "open")
                // Nobody asks whether the page may write there.
                try await page.evaluate(
                    """
                    Object.defineProperty(navigator, 'clipboard', {
                        value: { writeText: async (text) => { window.copied = text; } }
                    })
                    """
                )
                try await body(hub, page)
            }
        }
    }

    private static let topics = "[...document.querySelectorAll('.topic')].map((topic) => topic.textContent).join('|')"

    @Test
    @available(SwiftSSE 1.0, *)
    func `Events have the topics that the page is subscribed to, and a click on one narrows the list to it`()
        async throws
    {
        try await self.withConsole("?topic=news&topic=books%2F%7Bid%7D&topic=a&topic=b") { hub, page in
            for (topics, data) in [(["news", "secret"], "1"), (["books/1", "news"], "2"), (["books/2", "x"], "3")] {
                let arguments = topics.flatMap { ["--topic", $0] } + [data]
                #expect(try await hub.publish(arguments).exitCode == 0)
            }
            try await page.wait(untilShown: ["3", "2", "1"])
            #expect(try await page.evaluate(Self.topics) == "books/2|books/1|news|news")
            try await page.click("#events li:last-child .topic")
            try await page.wait(untilShown: ["2", "1"])
            #expect(try await page.text(of: "#count") == "2 of 3 events match")
            #expect(try await page.text(of: "#narrowed-name") == "news")
            // With the words of the filter, and for what comes later.
            try await page.fill("#filter", "books")
            try await page.wait(untilShown: ["2"])
            try await page.fill("#filter", "")
            #expect(try await hub.publish(["--topic", "a", "4"]).exitCode == 0)
            #expect(try await hub.publish(["--topic", "news", "5"]).exitCode == 0)
            try await page.wait(untilShown: ["5", "2", "1"])
            try await page.click("#narrowed")
            try await page.wait(untilShown: ["5", "4", "3", "2", "1"])
            // What can be counted without the hub.
            let counts = "[...document.querySelectorAll('#topics .number')].map((count) => count.textContent).join('|')"
            try await page.wait(until: "\(counts) === '3||1|0'")
        }
    }

    @Test(.enabled(if: Executable.named("openssl") != nil, "There is no openssl."))
    @available(SwiftSSE 1.0, *)
    func `A private event of somebody else is marked as such, with the topics that the token grants`() async throws {
        let keys = ["--publisher-key", PublisherToken.key, "--subscriber-key", PublisherToken.key]
        try await self.withConsole("", keys + ["--anonymous-subscribe"]) { hub, page in
            let token = try await PublisherToken.make(subscribed: ["users/1"])
            try await page.fill("#token", token)
            try await page.click("#authorize button")
            try await page.wait(untilState: "open")
            let form = [("topic", "orders"), ("topic", "users/1"), ("private", "on"), ("data", "paid")]
            #expect(try await page.publish(form, to: hub.endpoint, token: token).status == 200)
            #expect(try await hub.publish(["--token", token, "--topic", "orders", "open"]).exitCode == 0)
            try await page.wait(untilShown: ["open", "paid"])
            #expect(try await page.shown(".private") == "|private")
            #expect(try await page.evaluate(Self.topics) == "orders|users/1")
            try await page.fill("#filter", "private")
            try await page.wait(untilShown: ["paid"])
            // A command is for others as well, so the token is not in it.
            try await page.click("#events li:not([hidden]) .open")
            try await page.click("#events [data-action=curl]")
            try await page.wait(until: "window.copied?.startsWith('curl ')")
            let copied = try await page.evaluate("window.copied")
            #expect(copied.contains(#"-H "Authorization: Bearer $TOKEN""#) && copied.contains("'private=on'"))
            #expect(!copied.contains(token))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Long data is a line of few elements until it is opened, and JSON is indented then`() async throws {
        try await self.withConsole { hub, page in
            let values = (0..<50).map { "\"value \($0)\":\($0).10" }.joined(separator: ",")
            let json = "{\(values)}"
            #expect(try await hub.publish(["--topic", "t", json]).exitCode == 0)
            #expect(try await hub.publish(["--topic", "t", "1\n2\n3\n4"]).exitCode == 0)
            try await page.wait(until: "document.querySelectorAll('#events li').length === 2")
            let count = "document.querySelectorAll('#events li:last-child *').length"
            #expect(try await Int(page.evaluate(count)) ?? .max <= 8)
            let line = try await page.text(of: "#events li:last-child .data")
            #expect(line == String(json.prefix(200)))
            try await page.click("#events li:last-child .open")
            let whole = "document.querySelector('#events li:last-child .whole').textContent"
            try await page.wait(until: "\(whole).split('\\n').length === 52")
            // The numbers are as they were sent.
            #expect(try await page.evaluate(whole).contains("\n  \"value 49\": 49.10\n}"))
            #expect(try await page.evaluate("document.querySelectorAll('.key').length") == "50")
            try await page.click("#events li:last-child .open")
            #expect(try await Int(page.evaluate(count)) ?? .max <= 8)
            // The line itself opens as well.
            try await page.click("#events li:first-child .data")
            #expect(try await page.text(of: "#events li:first-child .whole") == "1\n2\n3\n4")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Of many events the newest have rows, and the others when somebody reads on or filters`() async throws {
        try await self.withConsole { hub, page in
            let numbers = (1...250).map { "(\($0))" }.joined(separator: "\n")
            #expect(try await hub.publish(["--topic", "t", "-"], input: numbers).exitCode == 0)
            try await page.wait(until: "document.querySelector('#count').textContent === '250 events'")
            let rows = "[...document.querySelectorAll('#events .data')].map((data) => data.textContent)"
            #expect(try await page.evaluate("\(rows).length") == "50")
            #expect(try await page.evaluate("\(rows)[0] + \(rows)[49]") == "(250)(201)")
            #expect(try await page.text(of: "#older") == "Show older events (200)")
            for end in [151, 51, 1] {
                try await page.click("#older")
                #expect(try await page.evaluate("\(rows).at(-1)") == "(\(end))")
            }
            #expect(
                try await page.evaluate("\(rows).length + ' ' + document.querySelector('#older').hidden") == "250 true"
            )
            // The filter finds what has no row.
            #expect(try await hub.publish(["--topic", "t", "newest"]).exitCode == 0)
            try await page.wait(until: "\(rows).length === 50")
            try await page.fill("#filter", "(7)")
            try await page.wait(untilShown: ["(7)"])
        }
    }

    @Test(.enabled(if: Executable.named("curl") != nil, "There is no curl."))
    @available(SwiftSSE 1.0, *)
    func `An event is copied as its data, and as a command that publishes the same`() async throws {
        let curl = try #require(Executable.named("curl"))
        try await self.withConsole { hub, page in
            let data = #"it's "$HOME" \ `id` %41 &x=1"#
            let arguments = ["--topic", "a b", "--topic", "it's", "--type", "o'clock", "--id", "same", data]
            #expect(try await hub.publish(arguments).exitCode == 0)
            try await page.wait(untilShown: [data])
            try await page.click("#events .open")
            try await page.click("#events [data-action=copy]")
            try await page.wait(until: "window.copied === \(BrowserPage.literal(data))")
            try await page.click("#events [data-action=curl]")
            try await page.wait(until: "window.copied.startsWith('curl ')")
            let copied = try await page.evaluate("window.copied")
            let command = "\(curl.path) --noproxy '*' -s \(copied.dropFirst("curl ".count))"
            let result = try await run(URL(filePath: "/bin/sh"), ["-c", command])
            #expect(result.output == "same")
            try await page.wait(untilShown: [data, data])
            for part in [".type", ".id"] {
                let both = try await page.shown(part).split(separator: "|")
                #expect(both.count == 2 && both[0] == both[1])
            }
            #expect(try await page.evaluate(Self.topics) == "a b|it's|a b|it's")
        }
    }

    @Test(.enabled(if: Executable.named("curl") != nil, "There is no curl."))
    @available(SwiftSSE 1.0, *)
    func `The subscription is copied as a command that gets the same`() async throws {
        let curl = try #require(Executable.named("curl"))
        try await self.withConsole("?topic=it%27s&topic=b%2F%7Bid%7D") { hub, page in
            try await page.click("#curl")
            try await page.wait(until: "window.copied?.startsWith('curl ')")
            let copied = try await page.evaluate("window.copied")
            let command = "exec \(curl.path) --noproxy '*' -s \(copied.dropFirst("curl ".count))"
            try await withProcess(URL(filePath: "/bin/sh"), ["-c", command]) { process in
                _ = try #require(await process.output.lines.first { $0 == ":" })
                for topic in ["other", "it's", "b/1"] {
                    #expect(try await hub.publish(["--topic", topic, topic]).exitCode == 0)
                }
                var data: [String] = []
                for await line in process.output.lines where line.hasPrefix("data: ") {
                    data.append(line)
                    if data.count == 2 { break }
                }
                #expect(data == ["data: it's", "data: b/1"])
                process.kill()
                _ = await process.result()
            }
        }
    }
}
