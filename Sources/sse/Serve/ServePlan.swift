import Foundation
import Logging
import NIOCore
import SSEBroker
import SSEHub
import SSEServer

/// What `sse serve` is going to do, after the command line, the environment and the file have been heard.
@available(SwiftSSE 1.0, *)
struct ServePlan {
    private(set) var hub = HubConfiguration.defaults
    /// Where events are kept, `nil` for memory.
    private(set) var store: HubStore?
    private(set) var logFormat = LogFormat.text
    private(set) var logLevel = Logger.Level.notice
    private var connectionsNote: String?

    /// Where events are kept in common with other hubs, `nil` for this hub's memory.
    private(set) var engine: HubEngine?

    /// The places at which the hub listens.
    let listeners: ServeListeners

    /// Who may publish and subscribe.
    let access: ServeAccess
    private let settings: ServeSettings

    /// - Throws: `CommandFailure` for what cannot be.
    init(_ command: ServeCommand, _ settings: ServeSettings, _ sockets: PassedSockets) throws {
        self.access = command.access(settings)
        self.settings = settings
        self.listeners = try ServeListeners(command.listener, settings, sockets, isCheck: command.check)
        try self.setListener(command.listener)
        try self.setRetention(command.retention)
        self.engine = try HubEngine.read(command.engine, settings, self.hub.broker.retention)
        if self.engine != nil, self.store != nil {
            throw CommandFailure("--store and --engine are two places for the events: leave out one of them.")
        }
        try self.setStreams(command.streams)
        try self.setAccess(command.subscribing)
        try self.setWatching(command.watching)
        do throws(HubConfigurationError) {
            try self.hub.validate()
        } catch {
            throw CommandFailure(error.message)
        }
    }

    /// Finds out whether there are such hosts, as they have to be for listening on them.
    ///
    /// - Throws: `CommandFailure`.
    func checkHosts() throws { try ServeListeners.checkHosts(of: self.hub) }

    /// Says in one line why the hub has ended.
    func failure(_ error: any Error) -> CommandFailure {
        guard let error = error as? HubListeningError else { return CommandFailure(describing: error) }
        guard self.hub.listeners.isEmpty else { return CommandFailure(listening: error) }
        return CommandFailure(listeningOn: self.hub.host, self.hub.port, error.cause)
    }

    /// Says what is dangerous about the settings, though they can be used, and what they have been cut to.
    func warn() {
        let warn = self.warning
        for text in self.access.warnings { warn(text) }
        guard let connectionsNote else { return }
        if self.logFormat == .json { warn(connectionsNote) } else { StandardError.writeLine(connectionsNote) }
    }

    /// Says what is dangerous: in a line of its own for people, in the log's form for programs.
    var warning: @Sendable (String) -> Void {
        guard self.logFormat == .json else { return { StandardError.writeLine("WARNING: \($0)") } }
        return { [logger] in logger.warning("\($0)") }
    }

    var logger: Logger {
        Logger(label: "sse serve") { [logFormat, logLevel] in
            StandardErrorLog.handler(label: $0, format: logFormat, level: logLevel)
        }
    }

    private mutating func setListener(_ options: ListenerOptions) throws {
        let host = self.settings.string("host", options.host)
        let port = try self.settings.int("port", options.port, in: 0...65_535)
        if let host { self.hub.host = host }
        if let port { self.hub.port = port }
        try self.listeners.apply(to: &self.hub, isAddressGiven: host != nil || port != nil)
        if let version: MercureVersion = try self.settings.choice("protocol", options.mercureVersion) {
            self.hub.mercureVersion = version
        }
        self.hub.loops = try self.settings.int("loops", options.loops, in: 1...1024) ?? System.coreCount
        self.hub.isHTTP1Only = try self.settings.flag("http1", options.http1)
        self.hub.allowedHosts = self.settings.strings("allowHost", options.allowHost)
        for name in self.hub.allowedHosts where name != "*" && name.wholeMatch(of: /[A-Za-z0-9._-]+/) == nil {
            throw CommandFailure(
                "\u{201C}\(name.printable)\u{201D} is not the name of a host; write it as hub.example.com, without a port."
            )
        }
        self.hub.trustedProxies = self.settings.strings("trustedProxy", options.trustedProxy)
        switch (self.settings.string("tlsCert", options.tlsCert), self.settings.string("tlsKey", options.tlsKey)) {
        case (let certificate?, let key?): self.hub.tls = HubTLS(certificatePath: certificate, keyPath: key)
        case (nil, nil): break
        case (.some, nil): throw CommandFailure("--tls-cert needs --tls-key, the certificate's private key.")
        case (nil, .some): throw CommandFailure("--tls-key needs --tls-cert, the key's certificate.")
        }
    }

    private mutating func setRetention(_ options: RetentionOptions) throws {
        if let count = try self.settings.int("retainEvents", options.retainEvents, in: 1...(.max)) {
            self.hub.broker.retention.events = count
        }
        if let count = try self.settings.int("retainBytes", options.retainBytes, in: 1...(.max)) {
            self.hub.broker.retention.bytes = count
        }
        if let age = try self.settings.duration("retainAge", options.retainAge) {
            self.hub.broker.retention.age = age > .zero ? age : nil
        }
        if let policy: ResumePolicy = try self.settings.choice("resume", options.resume) {
            self.hub.broker.resumePolicy = policy
        }
        let durability: StoreDurability? = try self.settings.choice("storeDurability", options.storeDurability)
        if let path = self.settings.string("store", options.store) {
            self.store = try HubStore(path: path, durability: durability ?? .full)
        } else if durability != nil {
            throw CommandFailure("--store-durability needs --store, the file to keep events in.")
        }
    }

    private mutating func setStreams(_ options: StreamOptions) throws {
        if let time = try self.settings.duration("heartbeat", options.heartbeat) {
            self.hub.fanOut.heartbeatInterval = time > .zero ? time : nil
        }
        if let tellsPositions = try self.settings.flag("positions", options.positions) {
            self.hub.fanOut.tellsPositions = tellsPositions
        }
        if let time = try self.settings.duration("writeTimeout", options.writeTimeout) {
            self.hub.fanOut.writeTimeout = time
        }
        if let time = try self.settings.duration("maxLifetime", options.maxLifetime) {
            self.hub.fanOut.maximumLifetime = time > .zero ? time : nil
        }
        if let count = try self.settings.int("maxConnections", options.maxConnections, in: 1...(.max)) {
            self.hub.maximumConnections = count
        }
        self.hub.maximumConnectionsPerAddress = try self.settings.int(
            "maxConnectionsPerAddress",
            options.maxConnectionsPerAddress,
            in: 1...(.max)
        )
        if let time = try self.settings.duration("requestTimeout", options.requestTimeout) {
            self.hub.requestTimeout = time
        }
        if let time = try self.settings.duration("keepAliveTimeout", options.keepAliveTimeout) {
            self.hub.keepAliveTimeout = time
        }
        if let time = try self.settings.duration("drainWindow", options.drainWindow) { self.hub.drainWindow = time }
        let possible = try OpenFiles.raiseLimit()
        let maximum = HubConfiguration.maximumConnections(of: possible.connections)
        if self.hub.maximumConnections > maximum {
            self.connectionsNote =
                "Only \(maximum) connections are possible, since \(possible.files) files may be open (ulimit -n)."
            self.hub.maximumConnections = maximum
        }
    }

    private mutating func setAccess(_ subscribing: SubscribeOptions) throws {
        self.hub.tellsSubscriptions = try self.settings.flag("subscriptions", subscribing.subscriptions)
        (self.hub.publishPolicy, self.hub.subscribePolicy) = try self.access.policies(for: self.hub)
        self.hub.allowedOrigins = self.settings.strings("allowOrigin", subscribing.allowOrigin)
        self.hub.allowedHeaders = self.settings.strings("allowHeader", subscribing.allowHeader)
        for name in self.hub.allowedHeaders where name.wholeMatch(of: /[A-Za-z0-9!#$%&'*+.^_`|~-]+/) == nil {
            throw CommandFailure("\u{201C}\(name.printable)\u{201D} is not the name of a header field.")
        }
        if let leeway = try self.settings.duration("tokenLeeway", subscribing.tokenLeeway) {
            self.hub.tokenLeeway = leeway
        }
        self.hub.allowsTokenInQuery = try self.settings.flag("tokenInQuery", subscribing.tokenInQuery)
        if self.hub.allowsTokenInQuery, self.hub.mercureVersion == .version1 {
            throw CommandFailure("--token-in-query is of the protocol 0.x; 1.0 has no token there.")
        }
        for origin in self.hub.allowedOrigins
        where origin != "*" && origin.wholeMatch(of: /https?:\/\/[^\/?#@*]+/) == nil
            || origin.contains(/^(https:.*:443|http:.*:80)$/)
        {
            throw CommandFailure(
                "\u{201C}\(origin.printable)\u{201D} is no origin; write it as https://example.com, without a path, a "
                    + "wildcard or the usual port."
            )
        }
    }

    private mutating func setWatching(_ options: WatchOptions) throws {
        let isOnLoopback = self.hub.isOnLoopback(for: .operate)
        self.hub.showsPage = try self.settings.flag("console", options.console) ?? isOnLoopback
        if try self.settings.flag("metrics", options.metrics) ?? isOnLoopback { self.hub.metrics = PrometheusMetrics() }
        self.hub.logsAccess = try self.settings.flag("accessLog", options.accessLog)
        self.logFormat = try self.settings.choice("logFormat", options.logFormat) ?? self.logFormat
        if let level: Logger.Level = try self.settings.choice("logLevel", options.logLevel) {
            self.logLevel = level
        } else if self.hub.logsAccess || self.logFormat == .json {
            self.logLevel = .info
        }
    }
}
