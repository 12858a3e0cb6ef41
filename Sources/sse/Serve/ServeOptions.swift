import ArgumentParser
import SSEBroker
import SSEHub
import SSEServer

/// Where `sse serve` listens.
@available(SwiftSSE 1.0, *)
struct ListenerOptions: ParsableArguments {
    @Option(help: "The address to listen on. (default: \(HubConfiguration.defaults.host))")
    var host: String?

    @Option(help: "The port to listen on; 0 for any that is free. (default: \(HubConfiguration.defaults.port))")
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "Listen here instead: 0.0.0.0:8080, [::1]:8080, localhost:8080, unix:/run/sse.sock, or systemd for its sockets; "
                + "for some things only with =publish, =subscribe or =operate, joined by +; =proxy reads the PROXY "
                + "protocol. May be repeated.",
            valueName: "address"
        )
    )
    var listen: [String] = []

    @Option(
        help: ArgumentHelp("Who may connect to a unix socket, as chmod has it. (default: 0660)", valueName: "mode")
    )
    var socketMode: String?

    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp(
            "Speak the Mercure protocol 0.x, the names of 1.0, or both. (default: "
                + "\(HubConfiguration.defaults.mercureVersion.rawValue))",
            valueName: "version"
        )
    )
    var mercureVersion: String?

    @Option(
        help: ArgumentHelp("How many event loops serve connections. (default: one a processor)", valueName: "n")
    )
    var loops: Int?

    @Option(
        help: ArgumentHelp(
            "Answer by this name, such as hub.example.com, beside addresses and localhost; * for any. May be repeated. "
                + "(default: none on this machine's own address, else any)",
            valueName: "name"
        )
    )
    var allowHost: [String] = []

    @Option(help: ArgumentHelp("Serve HTTPS with the certificate chain in this PEM file.", valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("The private key of the certificate, as a PEM file.", valueName: "file"))
    var tlsKey: String?

    @Flag(
        name: .customLong("http1"),
        help: "Speak HTTP/1.1 only. (default: HTTP/2 as well, with clients who ask for it)"
    )
    var http1 = false

    @Option(
        help: ArgumentHelp(
            "Believe this proxy, an address or a network, or unix for all on a unix socket, where requests come from. May "
                + "be repeated.",
            valueName: "address"
        )
    )
    var trustedProxy: [String] = []
}

/// What `sse serve` shows of itself.
@available(SwiftSSE 1.0, *)
struct WatchOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Show the console at /. (default on this machine's own address)")
    var console: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: "Show metrics for Prometheus at /metrics. (default on this machine's own address)"
    )
    var metrics: Bool?

    @Flag(help: "Log each request that has been answered and each stream that is over.")
    var accessLog = false

    @Option(help: ArgumentHelp("Write the log as text or json. (default: text)", valueName: "format"))
    var logFormat: String?

    @Option(
        help: ArgumentHelp(
            "Log what is at least so serious: debug, info, notice, warning, error. (default: notice; info with "
                + "--access-log or json)",
            valueName: "level"
        )
    )
    var logLevel: String?
}

/// What `sse serve` keeps.
@available(SwiftSSE 1.0, *)
struct RetentionOptions: ParsableArguments {
    private static let defaults = Retention.defaults

    @Option(
        help: ArgumentHelp(
            "Keep at most so many events. (default: \(Count.text(Self.defaults.events)))",
            valueName: "n"
        )
    )
    var retainEvents: Int?

    @Option(
        help: ArgumentHelp(
            "Keep at most so many bytes, of events with topics, ids and indexes. (default: \(Count.text(Self.defaults.bytes)))",
            valueName: "bytes"
        )
    )
    var retainBytes: Int?

    @Option(
        help: ArgumentHelp(
            "Keep events for so long, such as 10m; 0 for any time. (default: \(Self.defaults.age.help))",
            valueName: "time"
        )
    )
    var retainAge: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "What becomes of a client whose last event ID is not kept: startLive, replayAll or refuse. "
                + "(default: \(BrokerConfiguration.defaults.resumePolicy.rawValue))",
            valueName: "policy"
        )
    )
    var resume: String?

    @Option(
        help: ArgumentHelp(
            "Keep the events in this file, so that they outlive a restart. (default: in memory)",
            valueName: "file"
        )
    )
    var store: String?

    @Option(
        help: ArgumentHelp(
            "What events in the file outlive: full, a power failure; normal, all but the last; off, the end of the hub only. "
                + "(default: \(StoreDurability.full.rawValue))",
            valueName: "mode"
        )
    )
    var storeDurability: String?
}

/// What `sse serve` does for and against its connections.
@available(SwiftSSE 1.0, *)
struct StreamOptions: ParsableArguments {
    private static let hub = HubConfiguration.defaults

    @Option(
        help: ArgumentHelp(
            "Send a comment after so much silence; 0 for never. (default: \(Self.hub.fanOut.heartbeatInterval.help))",
            valueName: "time"
        )
    )
    var heartbeat: DurationArgument?

    @Flag(
        inversion: .prefixedNo,
        help:
            "Tell clients their position by an id without data, so that quiet topics resume without loss. (default: on)"
    )
    var positions: Bool?

    @Option(
        help: ArgumentHelp(
            "Close a connection that takes or acknowledges nothing for so long. (default: \(DurationArgument.text(Self.hub.fanOut.writeTimeout)))",
            valueName: "time"
        )
    )
    var writeTimeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "End a stream after so long, so that its client comes back; 0 for never. (default: \(Self.hub.fanOut.maximumLifetime.help))",
            valueName: "time"
        )
    )
    var maxLifetime: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Accept at most so many connections. (default: \(Count.text(Self.hub.maximumConnections)))",
            valueName: "n"
        )
    )
    var maxConnections: Int?

    @Option(
        help: ArgumentHelp(
            "Accept at most so many connections from one address. (default: no limit)",
            valueName: "n"
        )
    )
    var maxConnectionsPerAddress: Int?

    @Option(
        help: ArgumentHelp(
            "Wait so long for a connection's first request. (default: \(DurationArgument.text(Self.hub.requestTimeout)))",
            valueName: "time"
        )
    )
    var requestTimeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Keep a connection for so long between requests; 0 for one request each. "
                + "(default: \(DurationArgument.text(Self.hub.keepAliveTimeout)))",
            valueName: "time"
        )
    )
    var keepAliveTimeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "When shutting down, end the streams over so long. (default: \(DurationArgument.text(Self.hub.drainWindow)))",
            valueName: "time"
        )
    )
    var drainWindow: DurationArgument?
}

extension Duration? {
    /// How a time reads as the default of an option.
    fileprivate var help: String { self.map(DurationArgument.text) ?? "no limit" }
}
