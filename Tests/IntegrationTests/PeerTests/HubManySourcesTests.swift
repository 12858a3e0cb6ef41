internal import Foundation
internal import SSETestSupport
internal import Testing

/// More streams in one browser than HTTP/1.1 has connections for.
@Suite(.timeLimit(.minutes(15)), .withPrograms, .enabled(if: BrowserPage.browser != nil, BrowserPage.note))
struct HubManySourcesTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Twenty sources get every event over HTTP/2`() async throws {
        let names = (1...20).map { "source \($0)" }
        try await TestCertificate.with { certificate in
            let arguments = [
                "--port", "0", "--tls-cert", certificate.certificatePath, "--tls-key", certificate.keyPath,
            ]
            try await HubProcess.run(arguments, deadline: .seconds(150)) { hub in
                let url = hub.url(topics: ["t"], host: "https://localhost")
                let page = "https://localhost:\(hub.port)/healthz"
                // Nobody but the test's own file vouches for the certificate.
                try await BrowserPage.open(page, flags: ["--ignore-certificate-errors"]) { page in
                    let version = "performance.getEntriesByType('navigation')[0].nextHopProtocol"
                    let spoken = try await page.evaluate(version)
                    try #require(spoken == "h2")
                    for name in names { try await page.open(name, at: url) }
                    // While all of them are open there is still room to publish.
                    var sent: [BrowserPage.Message] = []
                    for number in 1...5 {
                        let data = String(repeating: "\(number) ", count: 10_000)
                        sent.append(BrowserPage.Message(id: "\(number)", data: data))
                        let fields = [("topic", "t"), ("id", "\(number)"), ("data", data)]
                        let answer = try await page.publish(fields, to: "/.well-known/mercure")
                        #expect(answer.status == 200)
                    }
                    for name in names {
                        try await page.wait(until: "\(BrowserPage.source(name)).seen.length >= \(sent.count)")
                        let messages = try await page.messages(of: name)
                        #expect(messages == sent, "\(name)")
                    }
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Twenty tabs with a cookie get every event over HTTP/2`() async throws {
        let token = try await PublisherToken.make(topics: ["t"], subscribed: ["t"])
        try await TestCertificate.with { certificate in
            let arguments = [
                "--port", "0", "--tls-cert", certificate.certificatePath, "--tls-key", certificate.keyPath,
                "--publisher-key", PublisherToken.key, "--subscriber-key", PublisherToken.key,
            ]
            try await HubProcess.run(arguments, deadline: .seconds(200)) { hub in
                let url = hub.url(topics: ["t"], host: "https://localhost")
                let address = "https://localhost:\(hub.port)/healthz"
                let flags = ["--ignore-certificate-errors"]
                try await BrowserPage.open(address, flags: flags, deadline: .seconds(190)) { page in
                    let cookie = "mercureAuthorization=\(token); Path=/.well-known/mercure; Secure; SameSite=Strict"
                    try await page.evaluate("document.cookie = \(BrowserPage.literal(cookie))")
                    var tabs: [BrowserPage] = []
                    for number in 1...20 {
                        let tab = try await page.openTab(address)
                        let version = try await tab.evaluate(
                            "performance.getEntriesByType('navigation')[0].nextHopProtocol"
                        )
                        try #require(version == "h2", "tab \(number)")
                        // Nobody without a token gets a stream from this hub.
                        try await tab.open("source", at: url, withCredentials: true)
                        tabs.append(tab)
                    }
                    var sent: [BrowserPage.Message] = []
                    for number in 1...5 {
                        let data = String(repeating: "\(number) ", count: 10_000)
                        sent.append(BrowserPage.Message(id: "\(number)", data: data))
                        var fields = [("topic", "t"), ("id", "\(number)"), ("data", data)]
                        if number % 2 == 0 { fields.append(("private", "on")) }
                        // By the last tab, and the cookie.
                        let answer = try await tabs[19].publish(fields, to: "/.well-known/mercure")
                        #expect(answer.status == 200)
                    }
                    for (index, tab) in tabs.enumerated() {
                        try await tab.wait(until: "\(BrowserPage.source("source")).seen.length >= \(sent.count)")
                        let messages = try await tab.messages(of: "source")
                        #expect(messages == sent, "tab \(index + 1)")
                    }
                }
            }
        }
    }
}
