internal import Foundation
internal import SSETestSupport
internal import Testing

/// Where `sse serve` listens.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ServeListenTests {
    /// A folder for the time of a closure, whose path is short enough for a socket.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let path = "/tmp/sse-\(UInt64.random(in: 0...(.max)))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @available(SwiftSSE 1.0, *)
    private func curl(_ arguments: [String]) async throws -> String {
        let program = try #require(Executable.named("curl"))
        return try await run(program, ["--silent", "--show-error", "--max-time", "20"] + arguments).output
    }

    @available(SwiftSSE 1.0, *)
    private func status(_ arguments: [String]) async throws -> String {
        try await self.curl(["--output", "/dev/null", "--write-out", "%{http_code}"] + arguments)
    }

    @Test(.enabled(if: Executable.named("curl") != nil, "There is no curl."))
    @available(SwiftSSE 1.0, *)
    func `It listens in each place for what it is told to, and tells where`() async throws {
        try await self.withFolder { folder in
            let (path, mercure) = ("\(folder)/hub.sock", "/.well-known/mercure")
            let places = ["--listen", "127.0.0.1:0=publish+operate", "--listen", "unix:\(path)=subscribe"]
            try await HubProcess.run(places + ["--socket-mode", "0606", "--log-level", "info"]) { hub in
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o606)
                #expect(try await hub.publish(["--topic", "news", "Hello"]).exitCode == 0)
                let unix = ["--unix-socket", path]
                let stream = try await self.curl(
                    unix + ["-N", "--max-time", "2", "http://localhost\(mercure)?topic=news&lastEventID=earliest"]
                )
                #expect(stream.contains("data: Hello\n"))
                #expect(try await self.status(["http://127.0.0.1:\(hub.port)\(mercure)?topic=news"]) == "405")
                #expect(try await self.status(unix + ["-d", "topic=a", "http://localhost\(mercure)"]) == "405")
                #expect(try await self.status(unix + ["http://localhost/metrics"]) == "404")
                #expect(try await self.status(["http://127.0.0.1:\(hub.port)/metrics"]) == "200")
                hub.process.terminate()
                let result = await hub.process.result()
                #expect(result.exitCode == 0)
                #expect(result.errors.contains(" Listening host=127.0.0.1 port=\(hub.port) roles=publish+operate "))
                #expect(result.errors.contains(" Listening path=\(path) roles=subscribe "))
                #expect(result.output.contains("The hub listens on unix:\(path) (subscribe)\n"))
                #expect(
                    result.output.contains("curl --unix-socket \(path) -N 'http://localhost\(mercure)?topic=news'\n")
                )
                #expect(!FileManager.default.fileExists(atPath: path))
            }
        }
    }

    @Test(.enabled(if: Executable.named("curl") != nil, "There is no curl."))
    @available(SwiftSSE 1.0, *)
    func `Places come from the environment and from a file, and --check shows them`() async throws {
        let environment = ["SSE_LISTEN=127.0.0.1:0=publish+subscribe,localhost:0=operate"]
        try await HubProcess.run([], environment: environment) { (hub) async throws in
            #expect(try await hub.publish(["--topic", "t", "x"]).exitCode == 0)
            #expect(try await hub.get("/healthz").status == 404)
        }
        try await Files.withTemporaryFile(Array("listen: ['[::1]:0', 'unix:/tmp/x=operate']\nsocketMode: 0600".utf8)) {
            file in
            let result = try await run(Executable.sse(), ["serve", "--config", file, "--check"])
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
            let settings = try #require(object as? [String: Any])
            #expect(settings["listen"] as? [String] == ["[::1]:0", "unix:/tmp/x=operate"])
            #expect(settings["socketMode"] as? String == "0600")
            #expect(settings["host"] == nil && settings["port"] == nil)
            #expect(settings["metrics"] as? Bool == true && settings["anonymousPublish"] as? Bool == true)
            try await Files.withTemporaryFile(Array(result.output.utf8)) { again in
                let second = try await run(Executable.sse(), ["serve", "--config", again, "--check"])
                #expect(second.output == result.output && second.exitCode == 0)
            }
        }
    }

    @Test(.enabled(if: Executable.named("curl") != nil, "There is no curl."))
    @available(SwiftSSE 1.0, *)
    func `localhost is 127.0.0.1 and ::1`() async throws {
        for arguments in [["--host", "localhost", "--port", "0"], ["--listen", "localhost:0"]] {
            try await HubProcess.run(arguments) { (hub) async throws in
                for host in ["127.0.0.1", "[::1]"] {
                    #expect(try await self.status(["http://\(host):\(hub.port)/healthz"]) == "200")
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `One public place makes a public hub, as far as it does what is to be kept from the public`() async throws {
        let closed = try await run(Executable.sse(), ["serve", "--listen", "127.0.0.1:0", "--listen", "0.0.0.0:0"])
        #expect(closed.exitCode == 1 && closed.errors.hasPrefix("Error: Nobody could publish: "))
        let arguments = ["--listen", "127.0.0.1:0", "--listen", "0.0.0.0:0", "--publisher-key", PublisherToken.key]
        try await HubProcess.run(arguments) { (hub) async throws in
            // Nor by the other place.
            #expect(try await hub.get("/metrics").status == 404)
            #expect(try await hub.get("/").status == 404)
        }
        let split = ["--listen", "127.0.0.1:0=publish+operate", "--listen", "0.0.0.0:0=subscribe"]
        try await HubProcess.run(split) { (hub) async throws in
            #expect(try await hub.get("/metrics").status == 200)
            #expect(try await hub.publish(["--topic", "t", "x"]).exitCode == 0)
        }
    }

    @Test(
        arguments: [
            (["--listen", "8080"], "\u{201C}8080\u{201D} is no place to listen at; write it as 127.0.0.1:8888, "),
            (["--listen", "127.0.0.1:0=all"], "\u{201C}all\u{201D} is nothing that a listener does; behind = stands "),
            (
                ["--listen", "127.0.0.1:0", "--port", "1"],
                "--listen says where to listen instead of --host and --port: "
            ),
            (["--listen", "systemd"], "systemd has passed no socket; start the hub by its unit, with a .socket unit "),
            (["--listen", "systemd:a"], "systemd has passed no socket of the name a; start the hub by its unit, "),
            (["--listen", "127.0.0.1:0=proxy"], "127.0.0.1:0 reads the PROXY protocol, and no proxy is trusted: "),
            (["--socket-mode", "0600"], "--socket-mode is for a socket in the file system: name one by --listen "),
            (
                ["--listen", "unix:/tmp/x", "--socket-mode", "rw"],
                "--socket-mode cannot be \u{201C}rw\u{201D}; write it as 0660, or as 0666 for "
            ),
            (["--listen", "unix:/etc/passwd"], "'/etc/passwd' is there and is not a socket; choose another path, "),
            (["--listen", "unix:/none/x.sock"], "Cannot make the socket '/none/x.sock': No such file or directory; "),
            (
                ["--listen", "192.0.2.77:0", "--anonymous-publish"],
                "192.0.2.77:0, where --listen has the hub listen, is no address of this machine."
            ),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `A place that cannot be is one line that says what to do`(arguments: [String], message: String) async throws {
        let result = try await run(Executable.sse(), ["serve"] + arguments, deadline: .seconds(60))
        #expect(result.errors.hasPrefix("Error: " + message), "\(result.errors)")
        #expect(result.errorLines.count == 1 && result.exitCode == 1 && result.output == "")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A socket and a port that are in use are one line`() async throws {
        try await self.withFolder { folder in
            let path = "\(folder)/hub.sock"
            try await HubProcess.run(["--listen", "127.0.0.1:0", "--listen", "unix:\(path)"]) { hub in
                let socket = try await run(Executable.sse(), ["serve", "--listen", "unix:\(path)"])
                #expect(socket.errors.hasPrefix("Error: Somebody listens on '\(path)' already; "))
                let port = try await run(Executable.sse(), ["serve", "--listen", "127.0.0.1:\(hub.port)"])
                #expect(
                    port.errors
                        == "Error: 127.0.0.1:\(hub.port), where --listen has the hub listen, is in use; choose another port.\n"
                )
                #expect(socket.exitCode == 1 && port.exitCode == 1)
            }
        }
    }

    // MARK: systemd

    /// What systemd does with sockets: opens them, and tells the process, which keeps its number, of them.
    private static let socketActivation = """
        import os, socket, sys
        places = sys.argv[1].split(",")
        sockets = []
        for place in places:
            name, address = place.split("=")
            if address.startswith("/"):
                opened = socket.socket(socket.AF_UNIX); opened.bind(address)
            else:
                opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if name == "udp" else socket.SOCK_STREAM)
                opened.bind((address, 0))
            if name != "udp": opened.listen()
            sockets.append((name, os.dup(opened.fileno())))
        copies = [os.dup(number) for name, number in sockets]
        high = [os.dup2(number, 100 + index) for index, number in enumerate(copies)]
        for index, number in enumerate(high): os.dup2(number, 3 + index, inheritable=True)
        os.environ["LISTEN_PID"] = str(os.getpid())
        os.environ["LISTEN_FDS"] = str(len(sockets))
        os.environ["LISTEN_FDNAMES"] = ":".join(name for name, number in sockets)
        os.execv(sys.argv[2], sys.argv[2:])
        """

    private func activated(_ places: String) -> [String] { ["python3", "-c", Self.socketActivation, places] }

    @Test(
        .enabled(
            if: Executable.named("python3") != nil && Executable.named("curl") != nil,
            "There is no Python or curl."
        )
    )
    @available(SwiftSSE 1.0, *)
    func `systemd's sockets are taken by their names, and their files are left to it`() async throws {
        try await self.withFolder { folder in
            let path = "\(folder)/ops.sock"
            let sockets = self.activated("hub=127.0.0.1,ops=\(path)")
            let arguments = ["--listen", "systemd:hub=publish+subscribe", "--listen", "systemd:ops=operate"]
            try await HubProcess.run(arguments, environment: sockets) { hub in
                #expect(try await hub.publish(["--topic", "t", "x"]).exitCode == 0)
                #expect(try await hub.get("/healthz").status == 404)
                let health = try await self.curl(["--unix-socket", path, "http://localhost/healthz"])
                #expect(health == "healthy\n")
                // On loopback names do not count that a page can have lead here.
                let rebound = ["-H", "Host: evil.example", "http://127.0.0.1:\(hub.port)/.well-known/mercure"]
                #expect(try await self.status(rebound) == "421")
                hub.process.terminate()
                #expect(await hub.process.result().exitCode == 0)
                #expect(FileManager.default.fileExists(atPath: path))
            }
            try FileManager.default.removeItem(atPath: path)
            try await HubProcess.run(["--listen", "systemd"], environment: sockets) { (hub) async throws in
                #expect(try await hub.get("/healthz").status == 200)
                #expect(try await self.status(["--unix-socket", path, "http://localhost/metrics"]) == "200")
            }
        }
    }

    @Test(.enabled(if: Executable.named("python3") != nil, "There is no Python."))
    @available(SwiftSSE 1.0, *)
    func `Sockets that nobody takes, that cannot be used or are another process's are errors`() async throws {
        let cases: [(environment: [String], listen: String, message: String)] = [
            (
                self.activated("a=127.0.0.1,b=127.0.0.1"), "systemd:a",
                "systemd passes the socket b, which no --listen takes;"
            ),
            (self.activated("a=127.0.0.1"), "127.0.0.1:0", "systemd passes the socket a, which no --listen takes;"),
            (self.activated("udp=127.0.0.1"), "systemd", "systemd passes udp (fd 3), on which the hub cannot accept "),
            (["LISTEN_PID=1", "LISTEN_FDS=1"], "systemd", "systemd has passed no socket; start the hub by its unit, "),
        ]
        for (environment, listen, message) in cases {
            let arguments = environment + [try Executable.sse().path, "serve", "--listen", listen]
            let result = try await run(URL(filePath: "/usr/bin/env"), arguments, deadline: .seconds(60))
            #expect(result.errors.hasPrefix("Error: " + message), "\(result.errors)")
            #expect(result.exitCode == 1 && result.errorLines.count == 1)
        }
    }

    // MARK: Connections

    @Test(
        .enabled(
            if: Executable.named("haproxy") != nil && Executable.named("curl") != nil,
            "There is no haproxy or curl."
        ),
        arguments: ["send-proxy", "send-proxy-v2"]
    )
    @available(SwiftSSE 1.0, *)
    func `haproxy tells by the PROXY protocol where a connection comes from`(version: String) async throws {
        let haproxy = try #require(Executable.named("haproxy"))
        let arguments = ["--listen", "127.0.0.1:0=proxy", "--trusted-proxy", "127.0.0.1", "--access-log"]
        try await HubProcess.run(arguments) { hub in
            try await Proxy.haproxy(haproxy, upstream: hub.port, mode: "tcp", server: version) { origin in
                let answer = try await self.curl(["--interface", "127.0.0.2", "\(origin)/healthz"])
                #expect(answer == "healthy\n")
            }
            // Without it nobody is served.
            #expect(try await self.status(["http://127.0.0.1:\(hub.port)/healthz"]) == "000")
            hub.process.terminate()
            let errors = await hub.process.result().errors
            #expect(errors.contains("client=127.0.0.2 "))
            #expect(!errors.contains("client=127.0.0.1 "))
        }
    }

    @Test(.enabled(if: Executable.named("curl") != nil, "There is no curl."))
    @available(SwiftSSE 1.0, *)
    func `A response tells for how long its connection is kept`() async throws {
        try await HubProcess.run(["--port", "0", "--keep-alive-timeout", "6s"]) { hub in
            let head = try await self.curl(["--head", "http://127.0.0.1:\(hub.port)/healthz"])
            #expect(head.contains("Keep-Alive: timeout=5\r\n") && head.contains("Connection: keep-alive\r\n"))
        }
    }

    // MARK: Examples

    @Test
    @available(SwiftSSE 1.0, *)
    func `The settings of the container and of the unit are good`() async throws {
        let folder = Files.package.appending(path: "Examples/hub")
        let container = try String(contentsOf: folder.appending(path: "Containerfile"), encoding: .utf8)
        let unit = try String(contentsOf: folder.appending(path: "sse-hub.service"), encoding: .utf8)
        for text in [container, unit] {
            let settings = text.matches(of: /SSE_[A-Z_]+=[^ \n\\]+/).map { String($0.output) }
                .filter { !$0.contains("\u{2026}") }
            #expect(settings.contains { $0.hasPrefix("SSE_LISTEN=") })
            let key = "SSE_PUBLISHER_KEY=\(PublisherToken.key)"
            let arguments = settings + [key, try Executable.sse().path, "serve", "--check"]
            let result = try await run(URL(filePath: "/usr/bin/env"), arguments)
            #expect(result.exitCode == 0 && result.errors == "", "\(settings)")
        }
    }
}
