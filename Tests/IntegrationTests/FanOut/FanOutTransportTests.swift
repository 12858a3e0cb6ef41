internal import Foundation
internal import Hummingbird
internal import HummingbirdTLS
internal import Logging
internal import NIOSSL
internal import SSEHummingbird
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// A fan-out where its bytes cannot go to the socket as they are: through HTTP/2, TLS, and pipelines of others.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct FanOutTransportTests {
    private static let curl = Executable.named("curl")

    /// Publishes numbered events, the first of which are larger than a connection takes at once, and expects curl to get
    /// them all and the end of the stream.
    @available(SwiftSSE 1.0, *)
    private static func expectAll(_ url: String, _ options: [String], _ broker: Broker, _ fanOut: FanOut) async throws {
        let curl = try #require(Self.curl)
        try await withProcess(curl, ["-sSN", "--max-time", "40"] + options + [url]) { process in
            try await waitUntil { broker.subscriptionCount == 1 }
            let filling = String(repeating: "x", count: 200_000)
            for number in 0..<20 { try await broker.publish(ServerSentEvent(data: "\(number) \(filling)"), to: "t") }
            for number in 20..<500 { try await broker.publish(ServerSentEvent(data: "\(number) "), to: "t") }
            await fanOut.drain(over: .zero, timeout: .seconds(30))
            let result = await process.result()
            #expect(result.exitCode == 0, "\(result.errors)")
            let numbers = result.outputLines.filter { $0.hasPrefix("data: ") }
                .compactMap { Int($0.dropFirst(6).prefix { $0 != " " }) }
            #expect(numbers == Array(0..<500))
            #expect(broker.subscriptionCount == 0)
        }
    }

    @Test(
        .enabled(if: Self.curl != nil, "There is no curl."),
        arguments: StreamServer.Version.allCases
    )
    @available(SwiftSSE 1.0, *)
    func `Pipelines of others get the events as parts of responses`(version: StreamServer.Version) async throws {
        let broker = Broker()
        let fanOut = FanOut(broker)
        try await StreamServer.withServer(version, fanOut) { port in
            let options = version == .http2 ? ["--http2-prior-knowledge"] : []
            try await Self.expectAll("http://127.0.0.1:\(port)/", options, broker, fanOut)
        }
    }

    @Test(.enabled(if: Self.curl != nil, "There is no curl."))
    @available(SwiftSSE 1.0, *)
    func `90 streams of one HTTP/2 connection get every event`() async throws {
        let broker = Broker()
        let fanOut = FanOut(broker)
        let curl = try #require(Self.curl)
        try await StreamServer.withServer(.http2, fanOut) { port in
            let options = [
                "-sSN", "--http2-prior-knowledge", "--parallel", "--parallel-immediate", "--parallel-max", "90",
                "--max-time", "40",
            ]
            // As many as the server lets a connection have, which is 100 unless it says otherwise.
            let urls = (0..<90).map { "http://127.0.0.1:\(port)/\($0)" }
            try await withProcess(curl, options + urls) { process in
                try await waitUntil { broker.subscriptionCount == 90 }
                for number in 0..<50 { try await broker.publish(ServerSentEvent(data: "\(number)"), to: "t") }
                await fanOut.drain(over: .zero, timeout: .seconds(30))
                let result = await process.result()
                #expect(result.exitCode == 0, "\(result.errors)")
                var counts: [String: Int] = [:]
                for line in result.outputLines where line.hasPrefix("data: ") { counts[line, default: 0] += 1 }
                #expect(counts.count == 50)
                #expect(counts.values.allSatisfy { $0 == 90 })
            }
        }
    }

    @Test(.enabled(if: Self.curl != nil && Executable.named("openssl") != nil, "There is no curl, or no openssl."))
    @available(SwiftSSE 1.0, *)
    func `Over TLS, a fan-out writes before the encryption`() async throws {
        let broker = Broker()
        let fanOut = FanOut(broker)
        try await Proxy.withFolder { folder in
            try await Proxy.makeCertificate(in: folder)
            let tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile("\(folder)/certificate.pem")
                    .map(NIOSSLCertificateSource.certificate),
                privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(folder)/key.pem", format: .pem))
            )
            let router = Router()
            router.get("/") { request, _ in try await request.eventStream(of: .all, from: fanOut) }
            try await LocalServer.run(router, .tls(.eventStreams(), tlsConfiguration: tls)) { port in
                let options = ["--cacert", "\(folder)/certificate.pem", "--http1.1"]
                try await Self.expectAll("https://localhost:\(port)/", options, broker, fanOut)
            }
        }
    }
}
