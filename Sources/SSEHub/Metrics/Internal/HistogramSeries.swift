internal import CoreMetrics
internal import Synchronization

/// How often values were how large.
@available(SwiftSSE 1.0, *)
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    /// A count of its own, since atomics cannot be in an array.
    private final class Bucket: Sendable {
        let count = Atomic<Int64>(0)
    }

    /// The buckets' upper bounds, without the infinite one's.
    private let bounds: [Double]
    private let buckets: [Bucket]
    private let sum = AtomicDouble()

    /// - Parameter bounds: The buckets' upper bounds, in any order.
    init(_ bounds: [Double]) {
        self.bounds = Set(bounds.filter(\.isFinite)).sorted()
        self.buckets = (0...self.bounds.count).map { _ in Bucket() }
    }

    func record(_ value: Int64) { self.record(Double(value)) }

    func record(_ value: Double) {
        // What is no number would make the sum none, for good.
        guard value.isFinite else { return }
        let index = self.bounds.firstIndex { value <= $0 } ?? self.bounds.count
        self.buckets[index].count.wrappingAdd(1, ordering: .relaxed)
        self.sum.add(value)
    }

    func recordNanoseconds(_ duration: Int64) { self.record(Double(duration) / 1e9) }

    func write(_ name: String, _ labels: String, to text: inout PrometheusText) {
        let prefix = labels.isEmpty ? "" : labels + ","
        var count: Int64 = 0
        for (bound, bucket) in zip(self.bounds + [.infinity], self.buckets) {
            count += bucket.count.load(ordering: .relaxed)
            text.sample("\(name)_bucket", "\(prefix)le=\"\(PrometheusText.number(bound))\"", count)
        }
        text.sample("\(name)_sum", labels, self.sum.value)
        // The same number as the last bucket's, whatever has been recorded meanwhile.
        text.sample("\(name)_count", labels, count)
    }
}
