internal import CoreMetrics
internal import Synchronization

/// The values of one metric with one set of labels.
@available(SwiftSSE 1.0, *)
protocol MetricSeries: AnyObject, Sendable {
    /// Writes the samples.
    ///
    /// - Parameters:
    ///   - name: The metric's name.
    ///   - labels: The labels as they stand in the text, without the braces.
    func write(_ name: String, _ labels: String, to text: inout PrometheusText)
}

/// The types of metrics, as the text format names them.
enum MetricKind: String, Sendable {
    case counter
    case gauge
    case histogram
}

/// A number that only grows.
@available(SwiftSSE 1.0, *)
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    private let count = Atomic<Int64>(0)
    /// What has been added as fractions.
    private let fraction = AtomicDouble()

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        self.count.wrappingAdd(amount, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        self.fraction.add(amount)
    }

    func reset() {
        self.count.store(0, ordering: .relaxed)
        self.fraction.set(0)
    }

    func write(_ name: String, _ labels: String, to text: inout PrometheusText) {
        let count = self.count.load(ordering: .relaxed)
        let fraction = self.fraction.value
        if fraction == 0 {
            text.sample(name, labels, count)
        } else {
            text.sample(name, labels, Double(count) + fraction)
        }
    }
}

/// A number as it is now.
@available(SwiftSSE 1.0, *)
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let value = AtomicDouble()

    func set(_ value: Int64) { self.value.set(Double(value)) }
    func set(_ value: Double) { self.value.set(value) }
    func increment(by amount: Double) { self.value.add(amount) }
    func decrement(by amount: Double) { self.value.add(-amount) }
    func record(_ value: Int64) { self.value.set(Double(value)) }
    func record(_ value: Double) { self.value.set(value) }

    func write(_ name: String, _ labels: String, to text: inout PrometheusText) {
        text.sample(name, labels, self.value.value)
    }
}

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

/// A number that several threads change.
@available(SwiftSSE 1.0, *)
struct AtomicDouble: ~Copyable, Sendable {
    private let bits = Atomic(Double.zero.bitPattern)

    var value: Double { Double(bitPattern: self.bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { self.bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var old = self.bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (isExchanged, original) = self.bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if isExchanged { return }
            old = original
        }
    }
}
