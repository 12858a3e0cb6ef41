#if !NATS
/// Keeps a broker's log in NATS JetStream. This build is without it.
@available(*, unavailable, message: "Enable the trait NATS of swift-sse to use JetStreamEngine: traits: [\"NATS\"].")
public final class JetStreamEngine {}

/// The settings of an engine on NATS JetStream. This build is without it.
@available(
    *,
    unavailable,
    message: "Enable the trait NATS of swift-sse to use JetStreamConfiguration: traits: [\"NATS\"]."
)
public struct JetStreamConfiguration {}
#endif
