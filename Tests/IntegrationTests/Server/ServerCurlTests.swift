internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSEHTTPServer
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// The server with a client that nobody here wrote.
@Suite(.timeLimit(.minutes(15)), .inTurn, .enabled(if: Executable.named("curl") != nil, "There is no curl."))
struct ServerCurlTests {
    /// Ways to ask, and the version that they end up with.
    enum Way: String, CaseIterable {
        case http1 = "1.1"
        case http2 = "2"

        func options(_ certificate: TestCertificate, isSecure: Bool) -> [String] {
            switch (self, isSecure) {
            case (.http1, true): ["--http1.1", "--cacert", certificate.certificatePath]
            case (.http2, true): ["--http2", "--cacert", certificate.certificatePath]
            case (.http1, false): ["--http1.1"]
            case (.http2, false): ["--http2-prior-knowledge"]
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    private func withServer(
        isSecure: Bool,
        _ test: (_ url: String, TestCertificate, FanOut) async throws -> Void
    ) async throws {
        try await TestCertificate.with { certificate in
            var configuration = ServerConfiguration()
            configuration.port = 0
            configuration.drainWindow = .zero
            if isSecure {
                configuration.tls = ServerTLS(
                    certificateChainPath: certificate.certificatePath,
                    keyPath: certificate.keyPath
                )
            }
            let fanOut = FanOut(Broker())
            let server = HTTPServer(configuration, fanOut) { request in
                guard request.head.uri.hasPrefix("/events") else {
                    let text = "\(request.head.method) \(request.body.readableBytes) \(request.isSecure)"
                    return .response(ServerResponse(.ok, text: text))
                }
                guard let admission = try? fanOut.admit(.all, from: .latest) else {
                    return .response(ServerResponse(.serviceUnavailable))
                }
                return .eventStream(admission, headers: [:])
            }
            let ports = Log<Int>()
            try await withThrowingTaskGroup { group in
                group.addTask { try await server.run { ports.append($0) } }
                defer { group.cancelAll() }
                let port = try #require(await ports.next())
                try await test("\(isSecure ? "https" : "http")://localhost:\(port)", certificate, fanOut)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Way.allCases, [true, false])
    func `Curl's requests are answered`(way: Way, isSecure: Bool) async throws {
        let curl = try #require(Executable.named("curl"))
        try await self.withServer(isSecure: isSecure) { url, certificate, _ in
            let options = ["-sS", "--max-time", "20", "-4"] + way.options(certificate, isSecure: isSecure)
            let get = try await run(curl, options + ["-w", " %{http_version}", url])
            #expect(get.output == "GET 0 \(isSecure) \(way.rawValue)", "\(get.errors)")
            let body = String(repeating: "x", count: 1_500_000)
            let post = try await run(curl, options + ["--data-binary", "@-", "\(url)/a"], input: body)
            #expect(post.output == "POST 1500000 \(isSecure)", "\(post.errors)")
            let head = try await run(curl, options + ["-I", "\(url)/events"])
            #expect(head.exitCode == 0 && head.output.lowercased().contains("content-type: text/event-stream"))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Way.allCases, [true, false])
    func `A stream comes whole, and its end in order`(way: Way, isSecure: Bool) async throws {
        let curl = try #require(Executable.named("curl"))
        try await self.withServer(isSecure: isSecure) { url, certificate, fanOut in
            let options = ["-sSN", "--max-time", "40", "-4"] + way.options(certificate, isSecure: isSecure)
            try await withProcess(curl, options + ["\(url)/events"]) { process in
                try await waitUntil { fanOut.broker.subscriptionCount == 1 }
                let filling = String(repeating: "x", count: 200_000)
                for number in 0..<20 {
                    try await fanOut.broker.publish(ServerSentEvent(data: "\(number) \(filling)"), to: "t")
                }
                for number in 20..<500 {
                    try await fanOut.broker.publish(ServerSentEvent(data: "\(number) "), to: "t")
                }
                await fanOut.drain(over: .zero, timeout: .seconds(30))
                let result = await process.result()
                #expect(result.exitCode == 0, "\(result.errors)")
                let numbers = result.outputLines.filter { $0.hasPrefix("data: ") }
                    .compactMap { Int($0.dropFirst(6).prefix { $0 != " " }) }
                #expect(numbers == Array(0..<500))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `120 streams of curl share a connection of HTTP 2`() async throws {
        let curl = try #require(Executable.named("curl"))
        try await self.withServer(isSecure: true) { url, certificate, fanOut in
            let options =
                ["-sSN", "--max-time", "40", "-4", "--parallel", "--parallel-max", "120"]
                + Way.http2.options(certificate, isSecure: true)
            let urls = (0..<120).map { "\(url)/events/\($0)" }
            try await withProcess(curl, options + urls) { process in
                try await waitUntil { fanOut.broker.subscriptionCount == 120 }
                for number in 0..<50 {
                    try await fanOut.broker.publish(ServerSentEvent(data: "\(number)"), to: "t")
                }
                await fanOut.drain(over: .zero, timeout: .seconds(30))
                let result = await process.result()
                #expect(result.exitCode == 0, "\(result.errors)")
                var counts: [String: Int] = [:]
                for line in result.outputLines where line.hasPrefix("data: ") { counts[line, default: 0] += 1 }
                #expect(counts.count == 50 && counts.values.allSatisfy { $0 == 120 })
            }
        }
    }
}
