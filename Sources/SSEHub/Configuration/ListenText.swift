internal import SSEServer

/// A listener as `--listen` of `sse serve` takes it: an address, and behind `=` what the hub does there.
///
/// ```
/// 0.0.0.0:8080=subscribe
/// [::1]:8080
/// unix:/run/sse/hub.sock=publish+operate
/// systemd:hub=subscribe+proxy
/// ```
@available(SwiftSSE 1.0, *)
package struct ListenText: Sendable, Hashable {
    /// The place of the listener.
    package enum Place: Sendable, Hashable {
        /// An address or a name, and a port.
        case host(String, port: Int)
        /// A path in the file system.
        case unix(String)
        /// The sockets that systemd has passed, or those of a name among them.
        case systemd(name: String?)
    }

    package let place: Place
    package let roles: HubListener.Roles
    package let readsProxyHeader: Bool

    /// Reads a text.
    ///
    /// - Throws: ``HubConfigurationError``, which says how to write it.
    package init(_ text: String) throws(HubConfigurationError) {
        // Behind the last one, since a path may have one as well.
        let mark = text.lastIndex(of: "=")
        let end = mark ?? text.endIndex
        self.place = try Self.place(text[..<end], in: text)
        var roles: HubListener.Roles = []
        var readsProxyHeader = false
        let words = mark == nil ? [] : text[end...].dropFirst().split(separator: "+", omittingEmptySubsequences: false)
        for word in words {
            if word == "proxy" {
                readsProxyHeader = true
            } else if let role = HubListener.Roles.names.first(where: { $0.name == word })?.role {
                roles.insert(role)
            } else {
                throw HubConfigurationError(
                    "\u{201C}\(Self.cut(word))\u{201D} is nothing that a listener does; behind = stands one of publish, "
                        + "subscribe, operate and proxy, or several with + between them."
                )
            }
        }
        self.roles = roles.isEmpty ? .all : roles
        self.readsProxyHeader = readsProxyHeader
    }

    private static func place(_ address: Substring, in text: String) throws(HubConfigurationError) -> Place {
        if address == "systemd" { return .systemd(name: nil) }
        if let name = Self.rest(of: address, behind: "systemd:"), !name.isEmpty { return .systemd(name: String(name)) }
        if let path = Self.rest(of: address, behind: "unix:"), !path.isEmpty { return .unix(String(path)) }
        guard let colon = address.lastIndex(of: ":"), let port = Self.port(address[colon...].dropFirst()),
            let host = Self.host(address[..<colon])
        else {
            throw HubConfigurationError(
                "\u{201C}\(Self.cut(text))\u{201D} is no place to listen at; write it as 127.0.0.1:8888, [::1]:8888, "
                    + "localhost:8888, unix:/run/sse/hub.sock or systemd."
            )
        }
        return .host(String(host), port: port)
    }

    private static func rest(of text: Substring, behind start: String) -> Substring? {
        text.hasPrefix(start) ? text.dropFirst(start.count) : nil
    }

    private static func port(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let port = Int(text), port <= UInt16.max
        else {
            return nil
        }
        return port
    }

    private static func host(_ text: Substring) -> Substring? {
        if text.first == "[" {
            guard text.last == "]", text.contains(":") else { return nil }
            return text.dropFirst().dropLast()
        }
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isName && !text.isEmpty ? text : nil
    }

    /// So much of a text as fits a line.
    private static func cut(_ text: some StringProtocol) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(100).map { $0.value < 32 ? "\u{FFFD}" : $0 }))
    }
}
