/// The types of metrics, as the text format names them.
enum MetricKind: String, Sendable {
    case counter
    case gauge
    case histogram
}
