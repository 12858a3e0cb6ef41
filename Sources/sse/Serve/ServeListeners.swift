import NIOCore
import SSEHub

/// The places at which `sse serve` listens, as `--listen` says.
@available(SwiftSSE 1.0, *)
struct ServeListeners {
    /// The texts as they are given, none for `--host` and `--port`.
    let texts: [String]
    /// The permissions of sockets in the file system.
    let mode: UInt16
    /// The listeners; those of systemd are missing if it has passed no sockets.
    let listeners: [HubListener]
    /// A Boolean value that indicates whether there are listeners of systemd whose addresses are not known, since
    /// nothing has been passed.
    private let lacksPassedSockets: Bool

    /// - Parameters:
    ///   - sockets: What systemd has passed.
    ///   - isCheck: Whether nothing is going to be listened on, so that systemd need not have passed anything.
    init(_ options: ListenerOptions, _ settings: ServeSettings, _ sockets: PassedSockets, isCheck: Bool) throws {
        self.texts = settings.strings("listen", options.listen)
        let modeText = settings.string("socketMode", options.socketMode)
        self.mode = try Self.mode(modeText, settings.origin(of: "socketMode", options.socketMode != nil))
        var listeners: [HubListener] = []
        var unused = sockets
        for text in self.texts {
            let parsed = try Self.parse(text)
            let addresses: [HubListener.Address]
            switch parsed.place {
            case .host(let host, let port): addresses = [.host(host, port: port)]
            case .unix(let path):
                addresses = [.unixSocket(path, mode: self.mode)]
            case .systemd(let name): addresses = try unused.take(named: name, isCheck: isCheck)
            }
            listeners += addresses.map {
                HubListener($0, roles: parsed.roles, readsProxyHeader: parsed.readsProxyHeader)
            }
        }
        if let left = unused.first {
            throw CommandFailure(
                "systemd passes the socket \(left.printable), which no --listen takes; give --listen systemd as well."
            )
        }
        self.lacksPassedSockets = listeners.count < self.texts.count
        self.listeners = listeners
        if modeText != nil, !self.hasUnix {
            throw CommandFailure("--socket-mode is for a socket in the file system: name one by --listen unix:PATH.")
        }
    }

    /// A Boolean value that indicates whether a listener is a socket in the file system that the hub makes.
    var hasUnix: Bool { self.texts.contains { $0.hasPrefix("unix:") } }

    private static func parse(_ text: String) throws -> ListenText {
        do throws(HubConfigurationError) {
            return try ListenText(text)
        } catch {
            throw CommandFailure(error.message)
        }
    }

    private static func mode(_ text: String?, _ origin: String) throws -> UInt16 {
        guard let text else { return 0o660 }
        guard text.wholeMatch(of: /0?[0-7]{3}/) != nil, let mode = UInt16(text, radix: 8) else {
            throw CommandFailure(
                "\(origin) cannot be \u{201C}\(text.printable)\u{201D}; write it as 0660, or as 0666 for everybody on this machine."
            )
        }
        return mode
    }

    /// Puts the listeners into the settings of a hub.
    ///
    /// - Parameter isAddressGiven: A Boolean value that indicates whether there is a host or a port as well.
    func apply(to hub: inout HubConfiguration, isAddressGiven: Bool) throws {
        guard !self.texts.isEmpty else { return }
        guard !isAddressGiven else {
            throw CommandFailure("--listen says where to listen instead of --host and --port: leave out those, or it.")
        }
        hub.listeners = self.listeners
        // What cannot be looked at may be reached from anywhere.
        if self.lacksPassedSockets { hub.listeners.append(HubListener(.descriptor(-1))) }
    }

    /// Finds out whether there are such hosts.
    ///
    /// - Throws: `CommandFailure`.
    static func checkHosts(of hub: HubConfiguration) throws {
        for listener in hub.allListeners {
            guard let (host, port) = listener.address.hostAndPort else { continue }
            do {
                _ = try SocketAddress.makeAddressResolvingHost(host, port: port)
            } catch {
                throw CommandFailure(listeningOn: host, port, error)
            }
        }
    }
}
