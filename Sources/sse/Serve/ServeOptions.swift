import ArgumentParser

/// Where `sse serve` listens.
struct ListenerOptions: ParsableArguments {
    @Option(help: "The address to listen on.")
    var host: String?

    @Option(help: "The port to listen on; 0 for any that is free.")
    var port: Int?

    @Option(help: ArgumentHelp("How many event loops serve connections.", valueName: "n"))
    var loops: Int?
}

/// What `sse serve` keeps.
struct RetentionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep at most so many events.", valueName: "n"))
    var retainEvents: Int?

    @Option(help: ArgumentHelp("Keep at most so many bytes of events.", valueName: "bytes"))
    var retainBytes: Int?

    @Option(help: ArgumentHelp("Keep events for so long, such as 10m; 0 for any time.", valueName: "time"))
    var retainAge: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "What becomes of a client whose last event ID is not kept: startLive, replayAll or refuse.",
            valueName: "policy"
        )
    )
    var resume: String?
}

/// What `sse serve` does for and against its connections.
struct StreamOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Send a comment after so much silence; 0 for never.", valueName: "time"))
    var heartbeat: DurationArgument?

    @Option(help: ArgumentHelp("Close a connection that takes nothing for so long.", valueName: "time"))
    var writeTimeout: DurationArgument?

    @Option(help: ArgumentHelp("End a stream after so long, so that its client comes back.", valueName: "time"))
    var maxLifetime: DurationArgument?

    @Option(help: ArgumentHelp("Accept at most so many connections.", valueName: "n"))
    var maxConnections: Int?

    @Option(help: ArgumentHelp("Accept at most so many connections from one address.", valueName: "n"))
    var maxConnectionsPerAddress: Int?

    @Option(help: ArgumentHelp("Wait so long for a connection's first request.", valueName: "time"))
    var requestTimeout: DurationArgument?

    @Option(help: ArgumentHelp("When shutting down, end the streams over so long.", valueName: "time"))
    var drainWindow: DurationArgument?
}

/// Who may publish to `sse serve`.
struct PublishOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Accept publishers with a JSON Web Token signed with this key (HS256).",
            valueName: "key"
        )
    )
    var publisherKey: String?

    @Flag(help: "Let everybody publish who reaches the hub.")
    var anonymousPublish = false
}
