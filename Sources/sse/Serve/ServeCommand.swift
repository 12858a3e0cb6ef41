import ArgumentParser
import Foundation
import Logging
import NIOCore
import SSEBroker
import SSEHub
import SSEServer
import ServiceLifecycle
import UnixSignals

/// `sse serve`: a hub that clients subscribe to and publish to.
@available(SwiftSSE 1.0, *)
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Start a hub: clients subscribe with GET and publish with POST.",
        discussion: """
            The hub is at /.well-known/mercure, in the shape of the Mercure protocol 0.x:

              curl -N 'http://127.0.0.1:8888/.well-known/mercure?topic=news'
              curl http://127.0.0.1:8888/.well-known/mercure -d topic=news -d data=Hello

            The page / shows the events, and /healthz tells whether the hub is well. Ctrl-C ends the streams and stops it.

            Each option can be given by the environment as well, as in SSE_RETAIN_EVENTS=1000, or in a file of JSON that \
            --config names, as in {"retainEvents": 1000}.
            """
    )

    @OptionGroup(title: "Listening")
    var listener: ListenerOptions

    @OptionGroup(title: "Publishing")
    var publishing: PublishOptions

    @OptionGroup(title: "Retention")
    var retention: RetentionOptions

    @OptionGroup(title: "Connections")
    var streams: StreamOptions

    @Option(help: ArgumentHelp("Read settings from this file.", valueName: "file"))
    var config: String?

    func run() async throws {
        let configuration = try await self.hubConfiguration()
        var logger = Logger(label: "sse serve")
        logger.logLevel = .critical
        let hub = Hub(configuration, logger: logger)
        let greeting = ServeGreeting(configuration)
        let service = HubService(hub: hub) { port in greeting.print(port: port) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service)],
                gracefulShutdownSignals: [.sigint, .sigterm],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            throw CommandFailure(listeningOn: configuration.host, configuration.port, error)
        }
    }

    /// Puts together what the command line, the environment and the file say.
    private func hubConfiguration() async throws -> HubConfiguration {
        let settings = try await ServeSettings(file: self.config)
        var hub = HubConfiguration.defaults
        if let host = settings.string("host", self.listener.host) { hub.host = host }
        if let port = try settings.int("port", self.listener.port, in: 0...65_535) { hub.port = port }
        hub.loops = try settings.int("loops", self.listener.loops, in: 1...1024) ?? System.coreCount

        let retention = self.retention
        if let count = try settings.int("retainEvents", retention.retainEvents, in: 1...(.max)) {
            hub.broker.retention.events = count
        }
        if let count = try settings.int("retainBytes", retention.retainBytes, in: 1...(.max)) {
            hub.broker.retention.bytes = count
        }
        if let age = try settings.duration("retainAge", retention.retainAge) {
            hub.broker.retention.age = age > .zero ? age : nil
        }
        if let name = settings.string("resume", retention.resume) {
            guard let policy = ResumePolicy(rawValue: name) else {
                throw CommandFailure(
                    "\(retention.resume == nil ? settings.origin(of: "resume") : "--resume") cannot be "
                        + "\u{201C}\(name.printable)\u{201D}; it is startLive, replayAll or refuse."
                )
            }
            hub.broker.resumePolicy = policy
        }

        if let time = try settings.duration("heartbeat", self.streams.heartbeat) {
            hub.fanOut.heartbeatInterval = time > .zero ? time : nil
        }
        if let time = try settings.duration("writeTimeout", self.streams.writeTimeout) {
            hub.fanOut.writeTimeout = time
        }
        if let time = try settings.duration("maxLifetime", self.streams.maxLifetime) {
            hub.fanOut.maximumLifetime = time > .zero ? time : nil
        }
        if let count = try settings.int("maxConnections", self.streams.maxConnections, in: 1...(.max)) {
            hub.maximumConnections = count
        }
        hub.maximumConnectionsPerAddress = try settings.int(
            "maxConnectionsPerAddress",
            self.streams.maxConnectionsPerAddress,
            in: 1...(.max)
        )
        if let time = try settings.duration("requestTimeout", self.streams.requestTimeout) { hub.requestTimeout = time }
        if let time = try settings.duration("drainWindow", self.streams.drainWindow) { hub.drainWindow = time }
        hub.publishPolicy = try self.publishPolicy(settings, isOnLoopback: hub.isOnLoopback)
        let possible = try OpenFiles.raiseLimit()
        if hub.maximumConnections > possible.connections {
            StandardError.writeLine(
                "Only \(possible.connections) connections are possible, since \(possible.files) files may be open (ulimit -n)."
            )
            hub.maximumConnections = possible.connections
        }
        return hub
    }

    private func publishPolicy(_ settings: ServeSettings, isOnLoopback: Bool) throws -> PublishPolicy {
        let key = settings.string("publisherKey", self.publishing.publisherKey)
        let isOpen = try settings.flag("anonymousPublish", self.publishing.anonymousPublish)
        switch (key, isOpen) {
        case (.some, true):
            throw CommandFailure("Choose one of --publisher-key and --anonymous-publish.")
        case (let key?, false):
            do throws(TokenKeysError) {
                return .bearersOfTokens(try .secret(key))
            } catch {
                throw CommandFailure("--publisher-key: \(error.message)")
            }
        case (nil, true):
            return .everybody
        case (nil, false):
            // On one's own machine, trying it out comes first; the greeting says that it is open.
            guard isOnLoopback else {
                throw CommandFailure(
                    "Nobody could publish: give --publisher-key, or --anonymous-publish to let everybody publish."
                )
            }
            return .everybody
        }
    }
}
