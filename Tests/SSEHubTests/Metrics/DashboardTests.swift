import Foundation
import NIOCore
import NIOHTTP1
import SSEBroker
import SSEHTTPServer
import SSEServer
import SSETestSupport
import Testing

@testable import SSEHub

/// The example dashboard and the example alerts ask for what there is.
@Suite(.timeLimit(.minutes(3)))
struct DashboardTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().appending(path: "../../../Examples/hub")

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: self.folder.appending(path: name), encoding: .utf8)
    }

    /// What is exposed by a server with a broker and one stream.
    @available(SwiftSSE 1.0, *)
    private static func exposition() async throws -> String {
        let metrics = PrometheusMetrics()
        _ = HubMetrics(metrics)
        let broker = Broker(metrics: metrics)
        let fanOut = FanOut(broker, metrics: metrics)
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.drainWindow = .zero
        let server = HTTPServer(configuration, fanOut, observer: ServerObserver(metrics: metrics)) { _ in
            guard let admission = try? fanOut.admit(.all, from: .latest) else {
                return .response(ServerResponse(.internalServerError))
            }
            return .eventStream(admission, headers: [:])
        }
        let ports = Log<Int>()
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run { ports.append($0) } }
            defer { group.cancelAll() }
            try await RawConnection.withConnection(to: try #require(await ports.next())) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                _ = try await client.read(through: ":\n\r\n")
                try await waitUntil { metrics.exposition().contains("sse_stream_held_bytes") }
            }
        }
        return String(buffer: MetricsPage.response(metrics).body)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["grafana-dashboard.json", "alerts.yml"])
    func `Every metric that is asked for is exposed, with the labels that are asked for`(file: String) async throws {
        let exposition = try await Self.exposition()
        let samples = Set(
            exposition.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.prefix { $0 != "{" && $0 != " " } }
        )
        let text = try Self.text(file)
        let names = Set(text.matches(of: /\b(?:sse|process)_[a-z0-9_]+/).map(\.output))
        #expect(names.count > 5)
        #expect(names.subtracting(samples).isEmpty)
        let labels = Set(
            text.matches(of: /\{\{([a-z]+)\}\}|by \(([a-z]+), ([a-z]+)\)/).flatMap { match in
                [match.output.1, match.output.2, match.output.3].compactMap { $0 }
            }
        )
        // Prometheus adds these itself.
        for label in labels.subtracting(["instance", "job"]) {
            #expect(exposition.contains("\(label)=\""), "\(label)")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The dashboard is JSON, and has all metrics there are`() async throws {
        let text = try Self.text("grafana-dashboard.json")
        let dashboard = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect((dashboard?["panels"] as? [[String: Any]])?.count ?? 0 > 10)
        let exposition = try await Self.exposition()
        let families = Set(exposition.matches(of: /TYPE ([a-z0-9_]+) [a-z]+/).map(\.output.1))
        for family in families { #expect(text.contains(family), "\(family)") }
        // And each tells what it is, and nothing is told of what there is not.
        #expect(Set(MetricHelp.texts.keys) == Set(families.map(String.init)))
    }
}
