import ArgumentParser
import Logging
import SSEHub
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

            --listen has it listen in several places, each for publishing, subscribing or operating alone.

            The page / shows the events and /metrics what is counted, on this machine's own address or if they are \
            asked for; /livez tells that the hub runs, /readyz whether it takes events in. Ctrl-C ends the streams and \
            stops it.

            Each option can be given by the environment as well, as in SSE_RETAIN_EVENTS=1000, or in a file of YAML or \
            JSON that --config names, as in retainEvents: 1000. SIGHUP has keys and certificates read again.

            Exit codes: 0 after an orderly stop, 1 if the hub cannot run as it is told to, 64 for a wrong command line.
            """
    )

    @OptionGroup(title: "Listening")
    var listener: ListenerOptions

    @OptionGroup(title: "Publishing")
    var publishing: PublishOptions

    @OptionGroup(title: "Subscribing")
    var subscribing: SubscribeOptions

    @OptionGroup(title: "Retention")
    var retention: RetentionOptions

    @OptionGroup(title: "Several hubs")
    var engine: EngineOptions

    @OptionGroup(title: "Connections")
    var streams: StreamOptions

    @OptionGroup(title: "Watching")
    var watching: WatchOptions

    @Option(help: ArgumentHelp("Read settings from this file.", valueName: "file"))
    var config: String?

    @Flag(help: "Look whether the hub could run like this, print the settings as they are, and stop.")
    var check = false

    func run() async throws {
        let sockets = try PassedSockets.takeOver()
        guard !self.check else {
            let plan = try self.plan(sockets)
            try plan.checkHosts()
            plan.warn()
            return try StandardOutput.writeLine(try plan.json())
        }
        // Before anything is read, so that what changes after that is read again.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let plan = try self.plan(sockets)
        plan.warn()
        let logger = plan.logger
        let store = try await plan.store?.open(plan.hub)
        let broker = try await plan.engine?.makeBroker(plan.hub, logger: logger) ?? store?.broker
        let hub = broker.map { Hub(plan.hub, broker: $0, logger: logger) } ?? Hub(plan.hub, logger: logger)
        let greeting = ServeGreeting(plan.hub, warn: plan.warning)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: HubService(hub: hub) { listeners in greeting.print(listeners) }),
                    .init(
                        service: HangupService(hub: hub, logger: logger, hangups: hangups) {
                            let access = self.access(try ServeSettings(file: self.config))
                            let policies = try access.policies(for: plan.hub)
                            for warning in access.warnings { logger.warning("\(warning)") }
                            return policies
                        }
                    ),
                ],
                gracefulShutdownSignals: [.sigint, .sigterm],
                logger: Logger(label: "sse serve", factory: { _ in SwiftLogNoOpLogHandler() })
            )
        )
        defer { StandardErrorLog.flush() }
        do {
            try await group.run()
        } catch {
            await store?.close()
            throw plan.failure(error)
        }
        await store?.close()
    }

    /// Reads who may publish and subscribe from settings.
    func access(_ settings: ServeSettings) -> ServeAccess {
        ServeAccess(publishing: self.publishing, subscribing: self.subscribing, settings: settings)
    }

    /// Puts together what the command line, the environment and the file say.
    private func plan(_ sockets: PassedSockets) throws -> ServePlan {
        try ServePlan(self, try ServeSettings(file: self.config), sockets)
    }
}
