internal import CoreMetrics
internal import Synchronization

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
