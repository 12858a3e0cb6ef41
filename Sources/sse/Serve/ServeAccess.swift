import SSEHub

/// Who may publish to `sse serve` and who may subscribe, as the settings say: what can be read again while it runs.
@available(SwiftSSE 1.0, *)
struct ServeAccess {
    let publishing: PublishOptions
    let subscribing: SubscribeOptions
    let settings: ServeSettings

    var publisherKeys: ServeKeys {
        ServeKeys(
            role: "publisher",
            settings: self.settings,
            key: self.publishing.publisherKey,
            keyFile: self.publishing.publisherKeyFile,
            previousKey: self.publishing.publisherPreviousKey,
            previousKeyFile: self.publishing.publisherPreviousKeyFile,
            keySet: self.publishing.publisherJwks,
            algorithm: self.publishing.publisherAlgorithm
        )
    }

    var subscriberKeys: ServeKeys {
        ServeKeys(
            role: "subscriber",
            settings: self.settings,
            key: self.subscribing.subscriberKey,
            keyFile: self.subscribing.subscriberKeyFile,
            previousKey: self.subscribing.subscriberPreviousKey,
            previousKeyFile: self.subscribing.subscriberPreviousKeyFile,
            keySet: self.subscribing.subscriberJwks,
            algorithm: self.subscribing.subscriberAlgorithm
        )
    }

    /// What is wrong with where the keys come from, though they can be used.
    var warnings: [String] { self.publisherKeys.warnings + self.subscriberKeys.warnings }

    /// Reads the policies, and the keys that they need.
    ///
    /// - Parameter hub: The hub's other settings.
    func policies(for hub: HubConfiguration) throws -> (publish: PublishPolicy, subscribe: SubscribePolicy) {
        let policies = (try self.publishPolicy(for: hub), try self.subscribePolicy())
        if hub.tellsSubscriptions, case .everybody = policies.1 {
            throw CommandFailure("--subscriptions needs a key for subscribers: only tokens can grant who is told.")
        }
        return policies
    }

    private func publishPolicy(for hub: HubConfiguration) throws -> PublishPolicy {
        let keys = try self.publisherKeys.read()
        switch (keys, try self.settings.flag("anonymousPublish", self.publishing.anonymousPublish)) {
        case (.some, true): throw CommandFailure("Choose between a key for publishers and --anonymous-publish.")
        case (let keys?, false): return .bearersOfTokens(keys)
        case (nil, true): return .everybody
        case (nil, false):
            // On one's own machine, trying it out comes first; the greeting says that it is open.
            guard hub.isOnLoopback(for: .publish) else {
                throw CommandFailure(
                    "Nobody could publish: give --publisher-key, or --anonymous-publish to let everybody publish."
                )
            }
            return .everybody
        }
    }

    private func subscribePolicy() throws -> SubscribePolicy {
        let keys = try self.subscriberKeys.read()
        let admitsOthers = try self.settings.flag("anonymousSubscribe", self.subscribing.anonymousSubscribe)
        return keys.map { .bearersOfTokens($0, admitsOthers: admitsOthers) } ?? .everybody
    }
}
