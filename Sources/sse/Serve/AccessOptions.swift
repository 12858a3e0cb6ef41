import ArgumentParser
import SSEHub

/// Who may publish to `sse serve`.
@available(SwiftSSE 1.0, *)
struct PublishOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Accept publishers with a JSON Web Token signed with this secret; kept from other users' eyes in "
                + "SSE_PUBLISHER_KEY.",
            valueName: "secret"
        )
    )
    var publisherKey: String?

    @Option(
        help: ArgumentHelp("Read the publishers' key from a file: a secret, or a public key in PEM.", valueName: "file")
    )
    var publisherKeyFile: String?

    @Option(
        help: ArgumentHelp(
            "Accept tokens signed with this secret as well, while keys are being rolled.",
            valueName: "secret"
        )
    )
    var publisherPreviousKey: String?

    @Option(help: ArgumentHelp("Read the publishers' previous key from a file.", valueName: "file"))
    var publisherPreviousKeyFile: String?

    @Option(help: ArgumentHelp("Get the publishers' keys from a JSON Web Key Set.", valueName: "URL or file"))
    var publisherJwks: String?

    @Option(
        help: ArgumentHelp(
            "How publishers' tokens are signed: \(TokenAlgorithm.names). (default: HS256)",
            valueName: "name"
        )
    )
    var publisherAlgorithm: String?

    @Flag(help: "Let everybody publish who reaches the hub. (default on this machine's own address)")
    var anonymousPublish = false
}

/// Who may subscribe to `sse serve`.
@available(SwiftSSE 1.0, *)
struct SubscribeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Accept subscribers with a token signed with this secret, and send them the private events it grants.",
            valueName: "secret"
        )
    )
    var subscriberKey: String?

    @Option(help: ArgumentHelp("Read the subscribers' key from a file.", valueName: "file"))
    var subscriberKeyFile: String?

    @Option(
        help: ArgumentHelp(
            "Accept tokens signed with this secret as well, while keys are being rolled.",
            valueName: "secret"
        )
    )
    var subscriberPreviousKey: String?

    @Option(help: ArgumentHelp("Read the subscribers' previous key from a file.", valueName: "file"))
    var subscriberPreviousKeyFile: String?

    @Option(help: ArgumentHelp("Get the subscribers' keys from a JSON Web Key Set.", valueName: "URL or file"))
    var subscriberJwks: String?

    @Option(help: ArgumentHelp("How subscribers' tokens are signed. (default: HS256)", valueName: "name"))
    var subscriberAlgorithm: String?

    @Flag(help: "Let those without a token have what is not private. (default without a subscribers' key)")
    var anonymousSubscribe = false

    @Flag(help: "Publish who subscribes and leaves, and tell who is subscribed to those whose token grants it.")
    var subscriptions = false

    @Option(
        help: ArgumentHelp(
            "Let pages of this origin, such as https://example.com, read and publish; * lets all read without "
                + "credentials. May be repeated.",
            valueName: "origin"
        )
    )
    var allowOrigin: [String] = []

    @Option(
        help: ArgumentHelp(
            "Let pages of allowed origins send this header field, such as traceparent. May be repeated.",
            valueName: "name"
        )
    )
    var allowHeader: [String] = []

    @Option(
        help: ArgumentHelp(
            "Accept tokens for so long after they expire and before they begin, since clocks differ. "
                + "(default: \(DurationArgument.text(HubConfiguration.defaults.tokenLeeway)))",
            valueName: "time"
        )
    )
    var tokenLeeway: DurationArgument?

    @Flag(help: "Accept tokens in the query as well, where logs and histories see them.")
    var tokenInQuery = false
}

@available(SwiftSSE 1.0, *)
extension TokenAlgorithm {
    fileprivate static var names: String { self.allCases.map(\.rawValue).joined(separator: ", ") }
}
