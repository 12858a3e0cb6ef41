/// The text format that Prometheus reads, line by line.
@available(SwiftSSE 1.0, *)
struct PrometheusText {
    private(set) var text = ""

    /// Begins a metric.
    mutating func family(_ name: String, _ kind: MetricKind) {
        if let help = MetricHelp.texts[name] { self.text += "# HELP \(name) \(help)\n" }
        self.text += "# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Writes a value.
    ///
    /// - Parameter labels: The labels without the braces.
    mutating func sample(_ name: String, _ labels: String, _ value: Double) {
        self.sample(name, labels, Self.number(value))
    }

    /// Writes a value.
    mutating func sample(_ name: String, _ labels: String, _ value: Int64) {
        self.sample(name, labels, "\(value)")
    }

    private mutating func sample(_ name: String, _ labels: String, _ value: String) {
        self.text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    /// A number as Prometheus reads it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
