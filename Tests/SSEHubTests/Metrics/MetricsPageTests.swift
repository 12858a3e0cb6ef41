import CoreMetrics
import Foundation
import NIOCore
import NIOHTTP1
import SSEHTTPServer
import SSEServer
import Testing

@testable import SSEHub

/// What `/metrics` answers.
struct MetricsPageTests {
    @available(SwiftSSE 1.0, *)
    @Test func `The page has the media type of the format, is not cached, and ends in a line end`() {
        let response = MetricsPage.response(PrometheusMetrics())
        #expect(response.status == .ok)
        #expect(response.headers["Content-Type"] == ["text/plain; version=0.0.4; charset=utf-8"])
        #expect(response.headers["Cache-Control"] == ["no-store"])
        #expect(String(buffer: response.body).utf8.last == UInt8(ascii: "\n"))
    }

    #if os(Linux)
    @available(SwiftSSE 1.0, *)
    @Test func `The process is told of as it is`() throws {
        let figures = try #require(ProcessFigures.now())
        // Started before now, and not before this test's machine could have been built.
        #expect(figures.startTime < Date.now.timeIntervalSince1970 + 2)
        #expect(figures.startTime > Date.now.timeIntervalSince1970 - 24 * 3600)
        #expect(figures.processorTime >= 0 && figures.processorTime < 24 * 3600)
        #expect(figures.residentBytes > 1024 * 1024 && figures.residentBytes < 64 * 1024 * 1024 * 1024)
        #expect(figures.openFiles >= 3 && figures.openFiles <= figures.maximumFiles)
        var text = PrometheusText()
        figures.write(to: &text)
        #expect(text.text.contains("\n# TYPE process_open_fds gauge\nprocess_open_fds \(figures.openFiles)\n"))
    }
    #endif

    @available(SwiftSSE 1.0, *)
    @Test func `Refusals are counted by what was asked for, and statuses that nobody expects together`() {
        let metrics = PrometheusMetrics()
        let hub = HubMetrics(metrics)
        hub.countRefusal(.publish, status: 401)
        hub.countRefusal(.publish, status: 401)
        hub.countRefusal(.subscribe, status: 418)
        hub.countRefusal(.publish, status: 507)
        let text = metrics.exposition()
        #expect(text.contains("sse_hub_refused_total{request=\"publish\",status=\"401\"} 2\n"))
        #expect(text.contains("sse_hub_refused_total{request=\"subscribe\",status=\"other\"} 1\n"))
        #expect(text.contains("sse_hub_refused_total{request=\"other\",status=\"401\"} 0\n"))
        #expect(text.contains("sse_hub_refused_total{request=\"publish\",status=\"507\"} 1\n"))
    }
}
