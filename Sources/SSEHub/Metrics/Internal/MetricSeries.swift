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
