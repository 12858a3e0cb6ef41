import SSEBroker

@testable import SSEHub
@testable import SSEHTTPServer
@testable import SSEServer

@available(SwiftSSE 1.0, *)
extension HubConfiguration {
    /// What a hub is like by the settings of a check.
    init(_ settings: CheckSettings) throws {
        self.init()
        self.allowedOrigins = ["https://example.com"]
        self.publishPolicy = .everybody
        if settings.asksForTokens {
            let keys = try TokenKeys.secret(TokenCheck.secret)
            self.publishPolicy = .bearersOfTokens(keys)
            self.subscribePolicy = .bearersOfTokens(keys, admitsOthers: settings.isTight)
            self.tellsSubscriptions = true
            self.allowsTokenInQuery = true
            self.mercureVersion = .both
        }
        if settings.isProxy {
            self.trustedProxies = ["10.0.0.0/8"]
            self.maximumConnectionsPerAddress = 1
        }
        if settings.isRefused { self.maximumConnections = 0 }
        if settings.isTight {
            self.broker.limits.eventBytes = 100
            self.broker.limits.topicsPerSubscription = 3
            self.broker.limits.subscriptions = 2
            self.broker.retention.events = 2
        }
        // Little time, since each quarter of a second of it costs something.
        self.requestTimeout = .seconds(3)
        self.answerTimeout = .seconds(2)
        self.fanOut.heartbeatInterval = .seconds(2)
        self.fanOut.writeTimeout = .seconds(3)
        self.fanOut.maximumLifetime = .seconds(8)
    }
}

@available(SwiftSSE 1.0, *)
extension ServerConfiguration {
    /// What the hub's server is like.
    init(_ configuration: HubConfiguration, _ settings: CheckSettings) {
        self = configuration.server
        self.keepAliveTimeout = .seconds(4)
        guard settings.isTight else { return }
        self.maximumStreamsPerConnection = 3
        self.maximumHeaderBytes = 256
        self.maximumHeaders = 8
        self.maximumBodyBytes = 300
        self.maximumTotalBodyBytes = 1000
    }
}
