internal import NIOHTTP1
internal import SSEHTTPServer
internal import SSEServer

/// What `/metrics` answers.
@available(SwiftSSE 1.0, *)
enum MetricsPage {
    /// The metrics, and the process's own figures.
    ///
    /// Reads what the system keeps of the process, which takes a while with many open files: not for an event loop.
    static func response(_ metrics: PrometheusMetrics) -> ServerResponse {
        var text = PrometheusText()
        ProcessFigures.now()?.write(to: &text)
        return ServerResponse(
            .ok,
            headers: ["Cache-Control": "no-store"],
            text: metrics.exposition() + text.text,
            type: PrometheusMetrics.contentType
        )
    }
}
