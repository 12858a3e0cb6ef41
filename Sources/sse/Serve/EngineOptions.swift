import ArgumentParser

/// Where `sse serve` has its events in common with other hubs.
@available(SwiftSSE 1.0, *)
struct EngineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Keep the events in NATS JetStream, in common with all hubs on the same stream, such as "
                + "nats://host:4222,other:4222; tls:// for encryption. (default: in this hub's memory)",
            valueName: "URL"
        )
    )
    var engine: String?

    @Option(help: ArgumentHelp("The stream, which is made if it does not exist. (default: SSE)", valueName: "name"))
    var natsStream: String?

    @Option(help: ArgumentHelp("What the subjects of events begin with. (default: sse)", valueName: "prefix"))
    var natsSubjectPrefix: String?

    @Option(help: ArgumentHelp("On how many servers the stream is kept: 1, 3 or 5. (default: 1)", valueName: "n"))
    var natsReplicas: Int?

    @Flag(help: "Give a stream that exists the limits of --retain-… and --nats-replicas. (default: use it as it is)")
    var natsUpdateStream = false

    @Option(help: ArgumentHelp("The name to show the NATS servers.", valueName: "name"))
    var natsUser: String?

    @Option(
        help: ArgumentHelp("Its password; kept from other users' eyes in SSE_NATS_PASSWORD.", valueName: "password")
    )
    var natsPassword: String?

    @Option(help: ArgumentHelp("Read the password from a file.", valueName: "file"))
    var natsPasswordFile: String?

    @Option(help: ArgumentHelp("Show the NATS servers the token in this file.", valueName: "file"))
    var natsTokenFile: String?

    @Option(help: ArgumentHelp("Show them the credentials in this file, as nsc makes it.", valueName: "file"))
    var natsCreds: String?

    @Option(
        help: ArgumentHelp(
            "Sign with the NKey in this file, which has the seed and the public key, one a line, as nk -gen user -pubout "
                + "prints them.",
            valueName: "file"
        )
    )
    var natsNkey: String?

    @Option(help: ArgumentHelp("Trust the authorities in this PEM file to vouch for the servers.", valueName: "file"))
    var natsCa: String?

    @Option(help: ArgumentHelp("Show the servers the certificate chain in this PEM file.", valueName: "file"))
    var natsCert: String?

    @Option(help: ArgumentHelp("The private key of that certificate, as a PEM file.", valueName: "file"))
    var natsKey: String?
}

/// What the events in a hub's file outlive.
@available(SwiftSSE 1.0, *)
enum StoreDurability: String, CaseIterable {
    /// A power failure.
    case full
    /// A power failure, but for the last events.
    case normal
    /// The end of the hub, whatever way it ends.
    case off
}
