import Foundation
import Logging
import SSEBroker
import SSEHub
import SSEServer

@available(SwiftSSE 1.0, *)
extension ServePlan {
    /// The settings as they are, as a file for `--config` has them, but without secrets.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self.effective), as: UTF8.self)
    }

    private var effective: [String: EffectiveValue] {
        let (hub, broker, fanOut) = (self.hub, self.hub.broker, self.hub.fanOut)
        func time(_ duration: Duration?) -> EffectiveValue { .text(duration.map(DurationArgument.text) ?? "0") }
        var values: [String: EffectiveValue] = [
            "accessLog": .flag(hub.logsAccess),
            "allowHeader": .list(hub.allowedHeaders),
            "allowHost": .list(hub.allowedHosts),
            "allowOrigin": .list(hub.allowedOrigins),
            "anonymousPublish": .flag(false),
            "anonymousSubscribe": .flag(true),
            "console": .flag(hub.showsPage),
            "drainWindow": time(hub.drainWindow),
            "heartbeat": time(fanOut.heartbeatInterval),
            "http1": .flag(hub.isHTTP1Only),
            "keepAliveTimeout": time(hub.keepAliveTimeout),
            "logFormat": .text(self.logFormat.rawValue),
            "logLevel": .text(self.logLevel.rawValue),
            "loops": .number(hub.loops),
            "maxConnections": .number(hub.maximumConnections),
            "maxLifetime": time(fanOut.maximumLifetime),
            "metrics": .flag(hub.metrics != nil),
            "positions": .flag(fanOut.tellsPositions),
            "protocol": .text(hub.mercureVersion.rawValue),
            "requestTimeout": time(hub.requestTimeout),
            "resume": .text(broker.resumePolicy.rawValue),
            "retainAge": time(broker.retention.age),
            "retainBytes": .number(broker.retention.bytes),
            "retainEvents": .number(broker.retention.events),
            "subscriptions": .flag(hub.tellsSubscriptions),
            "tokenInQuery": .flag(hub.allowsTokenInQuery),
            "tokenLeeway": time(hub.tokenLeeway),
            "trustedProxy": .list(hub.trustedProxies),
            "writeTimeout": time(fanOut.writeTimeout),
        ]
        if self.listeners.texts.isEmpty {
            values["host"] = .text(hub.host)
            values["port"] = .number(hub.port)
        } else {
            values["listen"] = .list(self.listeners.texts)
            if self.listeners.hasUnix { values["socketMode"] = .text("0" + String(self.listeners.mode, radix: 8)) }
        }
        values["maxConnectionsPerAddress"] = hub.maximumConnectionsPerAddress.map(EffectiveValue.number)
        values["store"] = self.store.map { .text($0.path) }
        values["storeDurability"] = self.store.map { .text($0.durability.rawValue) }
        values["tlsCert"] = hub.tls.map { .text($0.certificatePath) }
        values["tlsKey"] = hub.tls.map { .text($0.keyPath) }
        values.merge((self.engine?.given ?? [:]).mapValues(EffectiveValue.text)) { $1 }
        if case .everybody = hub.publishPolicy { values["anonymousPublish"] = .flag(true) }
        if case .bearersOfTokens(_, let admitsOthers) = hub.subscribePolicy {
            values["anonymousSubscribe"] = .flag(admitsOthers)
        }
        for keys in [self.access.publisherKeys, self.access.subscriberKeys] {
            values.merge(keys.given.mapValues(EffectiveValue.text)) { $1 }
        }
        return values
    }
}

/// A setting's value in JSON.
private enum EffectiveValue: Encodable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([String])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        }
    }
}
