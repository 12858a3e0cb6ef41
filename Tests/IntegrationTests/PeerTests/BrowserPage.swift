internal import Foundation
internal import Testing

/// A page in a headless Chromium, one of its tabs, asked by the DevTools protocol what it shows.
///
/// Over pipes, which need no library: https://chromedevtools.github.io/devtools-protocol/
@available(SwiftSSE 1.0, *)
final class BrowserPage {
    static let browser = ["chromium", "chromium-browser", "google-chrome"].lazy.compactMap(Executable.named).first
    static let note: Comment = "There is no chromium on the path; on Debian: apt-get install chromium"

    private struct Failure: Error, CustomStringConvertible {
        let description: String
        var isEnd = false
    }

    /// Counts what the browser has been asked, over all its pages.
    private final class Calls {
        var last = 0
    }

    private let process: RunningProcess
    private let calls: Calls
    private var session: String?

    private init(_ process: RunningProcess, _ calls: Calls = Calls()) {
        self.process = process
        self.calls = calls
    }

    /// Opens a page for the time of a closure.
    ///
    /// - Parameters:
    ///   - url: The page.
    ///   - flags: What else the browser is told on its command line.
    ///   - deadline: When the browser is ended if it still runs.
    ///   - body: What is done with the page.
    static func open<Result>(
        _ url: String,
        flags: [String] = [],
        deadline: Duration = .seconds(120),
        _ body: (BrowserPage) async throws -> Result
    ) async throws -> Result {
        let browser = try #require(Self.browser)
        let profile = FileManager.default.temporaryDirectory.appending(path: "browser-\(UUID())")
        defer { try? FileManager.default.removeItem(at: profile) }
        // The browser reads from its third file and writes to its fourth, and ends when they do. Lines are what the
        // tests read.
        let script = """
            "$0" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --remote-debugging-pipe "$@" 3<&0 4>&1 \
            >/dev/null 2>&1 | stdbuf -o0 tr '\\000' '\\n'
            """
        return try await withProcess(
            URL(filePath: "/bin/sh"),
            ["-c", script, browser.path, "--user-data-dir=\(profile.path)"] + flags,
            deadline: deadline
        ) { process in
            let page = BrowserPage(process)
            try await page.load(url)
            let result = try await body(page)
            process.closeInput()
            _ = await process.result()
            return result
        }
    }

    /// Opens a page in another tab of the same browser, which shares its cookies and connections.
    func openTab(_ url: String) async throws -> BrowserPage {
        let page = BrowserPage(self.process, self.calls)
        try await page.load(url)
        return page
    }

    private func load(_ url: String) async throws {
        let target = try await self.call("Target.createTarget", ["url": url])["targetId"]
        let attached = try await self.call("Target.attachToTarget", ["targetId": target ?? "", "flatten": true])
        self.session = attached["sessionId"] as? String
        try await self.waitUntilLoaded()
    }

    /// Waits until the page is there. Before it there is an empty one, and what is asked of that fails when it goes.
    private func waitUntilLoaded() async throws {
        while true {
            do {
                let isLoaded = "location.href !== 'about:blank' && document.readyState === 'complete'"
                if try await self.evaluate(isLoaded) == "true" { return }
            } catch let failure as Failure where !failure.isEnd {}
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// What an expression is in the page, as text; promises are waited for.
    @discardableResult
    func evaluate(_ expression: String) async throws -> String {
        let answer = try await self.call(
            "Runtime.evaluate",
            ["expression": "(async () => String(await (\(expression))))()", "awaitPromise": true]
        )
        guard let result = answer["result"] as? [String: Any], let text = result["value"] as? String else {
            throw Failure(description: "\(expression): \(answer)")
        }
        return text
    }

    /// Waits until an expression is true in the page, and fails after a time that only a bug can take.
    func wait(until expression: String, within limit: Duration = .seconds(60)) async throws {
        let isTrue = try await self.evaluate(
            """
            new Promise((resolve) => {
                const end = performance.now() + \(Int(limit / .milliseconds(1)));
                const look = () => {
                    const isTrue = Boolean(\(expression));
                    if (!isTrue && performance.now() < end) return;
                    clearInterval(timer);
                    resolve(isTrue);
                };
                const timer = setInterval(look, 20);
            })
            """
        )
        guard isTrue == "true" else { throw Failure(description: "Not within \(limit): \(expression)") }
    }

    private func call(_ method: String, _ parameters: [String: Any]) async throws -> [String: Any] {
        self.calls.last += 1
        var message: [String: Any] = ["id": self.calls.last, "method": method, "params": parameters]
        message["sessionId"] = self.session
        try self.process.send(try JSONSerialization.data(withJSONObject: message) + [0])
        // Before the answer there may be word of other things.
        for await line in self.process.output.lines {
            guard let answer = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                answer["id"] as? Int == self.calls.last
            else { continue }
            guard let result = answer["result"] as? [String: Any] else { throw Failure(description: line) }
            return result
        }
        throw Failure(description: "The browser ended, or its time was over: \(method)", isEnd: true)
    }
}
