import SSEServer
import Testing

@testable import SSEHub

/// A listener as `--listen` takes it.
struct ListenTextTests {
    @available(SwiftSSE 1.0, *)
    private static let valid: [(String, ListenText.Place, HubListener.Roles, Bool)] = [
        ("127.0.0.1:8888", .host("127.0.0.1", port: 8888), .all, false),
        ("[::1]:0", .host("::1", port: 0), .all, false),
        ("[fe80::1%eth0]:80", .host("fe80::1%eth0", port: 80), .all, false),
        ("localhost:65535=subscribe", .host("localhost", port: 65_535), .subscribe, false),
        ("hub.example.com:80=publish+operate", .host("hub.example.com", port: 80), [.publish, .operate], false),
        ("0.0.0.0:80=proxy", .host("0.0.0.0", port: 80), .all, true),
        ("0.0.0.0:80=subscribe+proxy", .host("0.0.0.0", port: 80), .subscribe, true),
        ("unix:/run/sse.sock", .unix("/run/sse.sock"), .all, false),
        ("unix:a=b.sock=operate", .unix("a=b.sock"), .operate, false),
        ("systemd", .systemd(name: nil), .all, false),
        ("systemd:hub.socket=publish", .systemd(name: "hub.socket"), .publish, false),
    ]

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.valid.indices)
    func `It is an address, and behind it what the hub does there`(index: Int) throws {
        let (text, place, roles, readsProxyHeader) = Self.valid[index]
        let listener = try ListenText(text)
        #expect(listener.place == place && listener.roles == roles)
        #expect(listener.readsProxyHeader == readsProxyHeader)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "", "8888", ":8888", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "::1:80",
        "[::1]", "[127.0.0.1]:80", "http://127.0.0.1:80", "*:80", "a b:80", "unix:", "systemd:", "unix",
    ])
    func `What is no place is an error that says how to write one`(text: String) {
        let error = #expect(throws: HubConfigurationError.self) { try ListenText(text) }
        #expect(
            error?.message == "\u{201C}\(text)\u{201D} is no place to listen at; write it as 127.0.0.1:8888, "
                + "[::1]:8888, localhost:8888, unix:/run/sse/hub.sock or systemd."
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["", "all", "publish,operate", "publish+", "+", "Publish", "subscribe operate"])
    func `What a listener does not do is an error that says what it does`(roles: String) {
        let error = #expect(throws: HubConfigurationError.self) { try ListenText("127.0.0.1:80=\(roles)") }
        #expect(
            error?.message.hasSuffix("publish, subscribe, operate and proxy, or several with + between them.") == true
        )
    }
}
