/// A metric's name, with none but the characters that it can have: ASCII letters, digits, `_` and `:`, no digit first.
struct MetricName: Sendable {
    /// How long an event loop was busy with its subscribers, which has buckets of its own.
    static let turn = "sse_stream_turn_seconds"

    let text: String

    /// - Parameters:
    ///   - label: What the program calls the metric.
    ///   - suffix: What the name has to end in.
    init(_ label: String, suffix: String = "") {
        let name = Self.sanitized(label, allowsColon: true)
        self.text = name.hasSuffix(suffix) ? name : name + suffix
    }

    static func sanitized(_ name: String, allowsColon: Bool) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_":
                text.unicodeScalars.append(scalar)
            case "0"..."9":
                if text.isEmpty { text = "_" }
                text.unicodeScalars.append(scalar)
            case ":" where allowsColon:
                text.unicodeScalars.append(scalar)
            default:
                text.unicodeScalars.append("_")
            }
        }
        return text.isEmpty ? "_" : text
    }
}

/// A series' labels as the text format has them: sorted by their names, without the braces.
struct MetricLabels: Sendable {
    let text: String

    /// - Parameter dimensions: Names and values. Of several with the same name the first counts.
    init(_ dimensions: [(String, String)]) {
        var values: [String: String] = [:]
        for (name, value) in dimensions {
            var name = MetricName.sanitized(name, allowsColon: false)
            // A histogram's own.
            if name == "le" { name = "exported_le" }
            if values[name] == nil { values[name] = value }
        }
        self.text = values.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
            .joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        // By scalars, since a carriage return and a line feed are one character.
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

/// What the metrics of this package tell, in one line each, without backslashes.
enum MetricHelp {
    static let texts: [String: String] = [
        "process_cpu_seconds_total": "Processor time that the process has used, in seconds.",
        "process_max_fds": "The most files that the process may have open.",
        "process_open_fds": "Files that the process has open.",
        "process_resident_memory_bytes": "Memory that the process has in use.",
        "process_start_time_seconds": "When the process was started, in seconds since 1970.",
        "sse_broker_events_published_total": "Events that were added to the log.",
        "sse_broker_gaps_total": "Gaps in what subscribers got, by reason.",
        "sse_broker_log_bytes": "Bytes of memory that the log takes, with topics, ids and indexes.",
        "sse_broker_log_events": "Events in the log.",
        "sse_broker_log_oldest_age_seconds": "Age of the oldest event in the log; 0 if there is none.",
        "sse_broker_publish_duplicates_total": "Events that were not added, since their key had been published.",
        "sse_broker_publish_refused_total": "Events that the broker refused, by reason.",
        "sse_broker_subscriptions": "Subscribers of the broker, of whatever kind.",
        "sse_broker_subscriptions_refused_total": "Subscribers whom the broker refused, by reason.",
        "sse_http_connections": "Connections that are open, without those that wait for being refused.",
        "sse_http_connections_accepted_total": "Connections that were accepted.",
        "sse_http_connections_refused_total": "Connections that were refused, by reason.",
        "sse_http_responses_total": "Responses by status; a stream counts when it begins.",
        "sse_hub_engine_health": "How the engine is: 1 for the state that it is in.",
        "sse_hub_refused_total": "Requests that the hub refused, by what was asked for and by status.",
        "sse_hub_subscription_events_dropped_total":
            "Events of subscriptions that began or ended which were not published.",
        "sse_metrics_dropped_series": "Series that are not kept, since there are too many.",
        "sse_stream_blocked_total": "How often a connection took no more and its subscriber had to wait.",
        "sse_stream_bytes_total": "Bytes of events, heartbeats and positions that were sent to subscribers.",
        "sse_stream_deliveries_total": "Events that were sent, counted once for each subscriber.",
        "sse_stream_ends_total": "Streams that are over, by reason.",
        "sse_stream_heartbeats_total": "Comments that were sent to silent subscribers.",
        "sse_stream_held_bytes": "Bytes of events of which connections have taken a part, by event loop.",
        "sse_stream_lag_seconds": "Age of the oldest event of a batch when its last subscriber up to date was sent it.",
        "sse_stream_subscribers": "Streams that are open, by event loop and by their way to the socket.",
        "sse_stream_turn_seconds": "How long an event loop was busy with its subscribers without a pause.",
    ]
}

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
