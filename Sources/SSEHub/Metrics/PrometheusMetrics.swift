public import CoreMetrics
internal import Synchronization

/// Keeps metrics in memory and writes them in the text format that Prometheus reads.
///
/// Give it to what counts, and hand out ``exposition()`` to who asks:
///
/// ```swift
/// let metrics = PrometheusMetrics()
/// let broker = Broker(metrics: metrics)
/// // … at /metrics:
/// print(metrics.exposition())
/// ```
///
/// Counters' names end in `_total` and timers' in `_seconds`, whatever they are called in the program. Characters that a
/// name cannot have become `_`. Counting takes no lock.
///
/// The format: <https://prometheus.io/docs/instrumenting/exposition_formats/>, version 0.0.4.
@available(SwiftSSE 1.0, *)
public final class PrometheusMetrics: Sendable {
    /// The media type of ``exposition()``.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The upper bounds of a timer's buckets in seconds, unless others are given: from 500 µs to 10 s.
    public static let defaultBuckets = [
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// The upper bounds for what an event loop does without a pause: from 10 µs to 1 s.
    private static let turnBuckets = [
        0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
    ]

    private let buckets: [String: [Double]]
    private let maximumSeries: Int
    private let registry = Mutex(MetricRegistry())

    /// Makes an empty collection.
    ///
    /// - Parameters:
    ///   - buckets: The upper bounds of a histogram's buckets by the metric's name as it is exposed, in seconds for
    ///     timers. ``defaultBuckets`` for others, and finer ones for the turns of event loops.
    ///   - maximumSeries: The most series that are kept, 5,000 by default. What is made beyond that counts nowhere, and
    ///     `sse_metrics_dropped_series` tells how many those are.
    public init(buckets: [String: [Double]] = [:], maximumSeries: Int = 5000) {
        self.buckets = buckets.merging([MetricName.turn: Self.turnBuckets]) { given, _ in given }
        self.maximumSeries = maximumSeries
    }

    /// All metrics as text, sorted by their names.
    public func exposition() -> String {
        let registry = self.registry.withLock { $0 }
        var text = PrometheusText()
        registry.write(to: &text)
        text.family("sse_metrics_dropped_series", .gauge)
        text.sample("sse_metrics_dropped_series", "", Double(registry.droppedCount))
        return text.text
    }

    private func series<Series: MetricSeries>(
        _ name: String,
        _ dimensions: [(String, String)],
        _ kind: MetricKind,
        _ make: () -> Series
    ) -> Series {
        self.registry.withLock { registry in
            registry.series(name, MetricLabels(dimensions).text, kind, limit: self.maximumSeries, make)
        }
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)]) -> HistogramSeries {
        self.series(name, dimensions, .histogram) { HistogramSeries(self.buckets[name] ?? Self.defaultBuckets) }
    }

    private func remove(_ series: AnyObject) {
        self.registry.withLock { $0.remove(series) }
    }
}

@available(SwiftSSE 1.0, *)
extension PrometheusMetrics: MetricsFactory {
    /// Makes a counter, or finds the one with this name and these dimensions.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        self.series(MetricName(label, suffix: "_total").text, dimensions, .counter) { CounterSeries() }
    }

    /// Makes a counter of fractions, or finds the one with this name and these dimensions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        self.series(MetricName(label, suffix: "_total").text, dimensions, .counter) { CounterSeries() }
    }

    /// Makes a gauge, or finds the one with this name and these dimensions.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        self.series(MetricName(label).text, dimensions, .gauge) { GaugeSeries() }
    }

    /// Makes a histogram, or a gauge if values are not to be aggregated, or finds the one with this name and these
    /// dimensions.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return self.series(MetricName(label).text, dimensions, .gauge) { GaugeSeries() } }
        return self.histogram(MetricName(label).text, dimensions)
    }

    /// Makes a histogram of seconds, or finds the one with this name and these dimensions.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        self.histogram(MetricName(label, suffix: "_seconds").text, dimensions)
    }

    /// Forgets a counter, when everybody who made it has said so.
    public func destroyCounter(_ handler: any CounterHandler) { self.remove(handler) }

    /// Forgets a counter of fractions, when everybody who made it has said so.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { self.remove(handler) }

    /// Forgets a gauge, when everybody who made it has said so.
    public func destroyMeter(_ handler: any MeterHandler) { self.remove(handler) }

    /// Forgets a histogram or a gauge, when everybody who made it has said so.
    public func destroyRecorder(_ handler: any RecorderHandler) { self.remove(handler) }

    /// Forgets a histogram, when everybody who made it has said so.
    public func destroyTimer(_ handler: any TimerHandler) { self.remove(handler) }
}
