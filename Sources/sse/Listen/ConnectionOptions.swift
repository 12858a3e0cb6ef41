import ArgumentParser
import SSEClient

/// How long to stay connected, and from where to go on.
@available(SwiftSSE 1.0, *)
struct ConnectionOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: "Connect again when the stream ends or breaks, after the last event."
    )
    var reconnect = false

    @Option(
        name: [.long, .customLong("timeout")],
        help: ArgumentHelp(
            "How long the server may be silent. (default: 5m, or 45s with --reconnect)",
            valueName: "time"
        )
    )
    var idle: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "How long the server may take to answer. (default: as long as --idle, or 10s with --reconnect)",
            valueName: "time"
        )
    )
    var connectTimeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "The wait before the next attempt, unless the stream sets one; after failures it grows. (default: 3s)",
            valueName: "time"
        )
    )
    var retry: DurationArgument?

    @Option(help: ArgumentHelp("The longest wait between two attempts.", valueName: "time"))
    var retryMax = DurationArgument(.seconds(30))

    @Option(
        help: ArgumentHelp(
            "A file that keeps the id of the last event, to go on there next time.",
            valueName: "file"
        )
    )
    var cursor: String?

    @Flag(help: "Connect again to the URL that was given, and not to where a redirect led.")
    var originalURL = false

    @Flag(name: .shortAndLong, help: "Say on standard error what happens to the connection.")
    var verbose = false

    var configuration: EventStreamSubscription.Configuration {
        var policy = self.reconnect ? ReconnectionPolicy.defaults : .never
        policy.maximumDelay = self.retryMax.duration
        if let retry = self.retry?.duration {
            policy.initialDelay = retry
            // Who asks for a wait means it.
            policy.maximumDelay = max(policy.maximumDelay, retry)
        }
        return EventStreamSubscription.Configuration(
            policy: policy,
            idleTimeout: self.idle?.duration ?? (self.reconnect ? .seconds(45) : .seconds(300)),
            connectTimeout: self.connectTimeout?.duration ?? (self.reconnect ? .seconds(10) : nil),
            reconnection: self.originalURL ? .originalURL : .redirectTarget,
            cursorStore: self.cursor.map { FileCursorStore(path: $0) }
        )
    }
}
