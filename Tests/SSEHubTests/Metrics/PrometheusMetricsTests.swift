import CoreMetrics
import Testing

@testable import SSEHub

/// What metrics become in the text format.
struct PrometheusMetricsTests {
    private let dropped = """
        # HELP sse_metrics_dropped_series Series that are not kept, since there are too many.
        # TYPE sse_metrics_dropped_series gauge
        sse_metrics_dropped_series 0

        """

    @available(SwiftSSE 1.0, *)
    @Test func `Each kind of metric is written with its type, sorted by names and labels`() {
        let metrics = PrometheusMetrics()
        Counter(label: "requests", dimensions: [("method", "POST"), ("code", "200")], factory: metrics).increment(by: 3)
        Counter(label: "requests", dimensions: [("code", "200"), ("method", "GET")], factory: metrics).increment()
        FloatingPointCounter(label: "fractions_total", factory: metrics).increment(by: 0.5)
        Gauge(label: "temperature", factory: metrics).record(-4.5)
        let meter = Meter(label: "level", factory: metrics)
        meter.set(7)
        meter.increment(by: 2)
        meter.decrement()
        #expect(
            metrics.exposition() == """
                # TYPE fractions_total counter
                fractions_total 0.5
                # TYPE level gauge
                level 8
                # TYPE requests_total counter
                requests_total{code="200",method="GET"} 1
                requests_total{code="200",method="POST"} 3
                # TYPE temperature gauge
                temperature -4.5

                """ + self.dropped
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A histogram has cumulative buckets, a sum and a count`() {
        let metrics = PrometheusMetrics(buckets: ["wait_seconds": [1, 0.5, .infinity, 2, 1]])
        let timer = Timer(label: "wait", dimensions: [("loop", "0")], factory: metrics)
        for milliseconds in [500, 750, 1000, 3000] { timer.recordMilliseconds(milliseconds) }
        #expect(
            metrics.exposition() == """
                # TYPE wait_seconds histogram
                wait_seconds_bucket{loop="0",le="0.5"} 1
                wait_seconds_bucket{loop="0",le="1"} 3
                wait_seconds_bucket{loop="0",le="2"} 3
                wait_seconds_bucket{loop="0",le="+Inf"} 4
                wait_seconds_sum{loop="0"} 5.25
                wait_seconds_count{loop="0"} 4

                """ + self.dropped
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A recorder that aggregates is a histogram, and no number gets into its sum that is none`() {
        let metrics = PrometheusMetrics(buckets: ["size": [10, 100]])
        let recorder = Recorder(label: "size", factory: metrics)
        recorder.record(10)
        recorder.record(1000)
        recorder.record(Double.nan)
        recorder.record(Double.infinity)
        let text = metrics.exposition()
        #expect(text.contains("size_bucket{le=\"10\"} 1\nsize_bucket{le=\"100\"} 1\nsize_bucket{le=\"+Inf\"} 2\n"))
        #expect(text.contains("size_sum 1010\nsize_count 2\n"))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Labels cannot break out of their quotation marks, and names are made valid`() {
        let metrics = PrometheusMetrics()
        let value = "a\"} 1\nevil 2\r\n\\"
        Counter(label: "9 http.hits-é", dimensions: [("the path", value), ("le", "x")], factory: metrics).increment()
        let text = metrics.exposition()
        #expect(
            text.contains(
                #"_9_http_hits___total{exported_le="x",the_path="a\"} 1\nevil 2"# + "\r" + #"\n\\"} 1"# + "\n"
            ),
            "\(text)"
        )
        #expect(text.split(separator: "\n").count { !$0.utf8.starts(with: "#".utf8) } == 2)
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            (0, "0"), (-0.25, "-0.25"), (1e15, "1000000000000000"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (.nan, "NaN"),
            (1e-5, "1e-05"),
        ] as [(Double, String)]
    )
    func `Numbers are written as Prometheus reads them`(value: Double, text: String) {
        #expect(PrometheusText.number(value) == text)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who asks for the same series gets the same, until everybody has given it back`() {
        let metrics = PrometheusMetrics()
        let first = Counter(label: "hits", dimensions: [("a", "1"), ("b", "2")], factory: metrics)
        let second = Counter(label: "hits_total", dimensions: [("b", "2"), ("a", "1")], factory: metrics)
        first.increment()
        second.increment()
        #expect(metrics.exposition().contains("hits_total{a=\"1\",b=\"2\"} 2\n"))
        first.destroy()
        #expect(metrics.exposition().contains("hits_total"))
        second.destroy()
        #expect(!metrics.exposition().contains("hits_total"))
        second.destroy()
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A name that is of another kind already, and a series too many, count nowhere and are told`() {
        let metrics = PrometheusMetrics(maximumSeries: 2)
        Counter(label: "hits_total", factory: metrics).increment()
        Gauge(label: "hits_total", factory: metrics).record(5)
        Counter(label: "hits_total", dimensions: [("a", "1")], factory: metrics).increment()
        Counter(label: "hits_total", dimensions: [("a", "2")], factory: metrics).increment()
        Counter(label: "hits_total", dimensions: [("a", "1")], factory: metrics).increment()
        let text = metrics.exposition()
        #expect(text.contains("# TYPE hits_total counter\nhits_total 1\nhits_total{a=\"1\"} 2\n# "))
        #expect(text.contains("sse_metrics_dropped_series 2\n"))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A counter never falls`() {
        let metrics = PrometheusMetrics()
        let handler = metrics.makeCounter(label: "hits", dimensions: [])
        handler.increment(by: 5)
        handler.increment(by: -3)
        let fractions = metrics.makeFloatingPointCounter(label: "hits", dimensions: [])
        fractions.increment(by: -1.5)
        fractions.increment(by: .nan)
        #expect(metrics.exposition().contains("hits_total 5\n"))
        fractions.increment(by: 0.25)
        #expect(metrics.exposition().contains("hits_total 5.25\n"))
        handler.reset()
        #expect(metrics.exposition().contains("hits_total 0\n"))
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(3)))
    func `Nothing is lost when several threads count`() async {
        let metrics = PrometheusMetrics(buckets: ["wait_seconds": [1]])
        await withDiscardingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    let counter = Counter(label: "hits", factory: metrics)
                    let timer = Timer(label: "wait", factory: metrics)
                    let meter = Meter(label: "level", factory: metrics)
                    for _ in 0..<10_000 {
                        counter.increment()
                        timer.recordSeconds(2)
                        meter.increment()
                    }
                }
            }
        }
        let text = metrics.exposition()
        #expect(text.contains("hits_total 40000\n"))
        #expect(text.contains("level 40000\n"))
        #expect(text.contains("wait_seconds_bucket{le=\"+Inf\"} 40000\nwait_seconds_sum 80000\n"))
    }
}
