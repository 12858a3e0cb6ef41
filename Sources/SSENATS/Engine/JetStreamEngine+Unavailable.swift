#if !NATS
/// Keeps a broker's log in NATS JetStream. This build is without it.
@available(*, unavailable, message: "Enable the trait NATS of swift-sse to use JetStreamEngine.")
public final class JetStreamEngine {}

/// The settings of an engine on NATS JetStream. This build is without it.
@available(*, unavailable, message: "Enable the trait NATS of swift-sse to use JetStreamConfiguration.")
public struct JetStreamConfiguration {}
#endif
