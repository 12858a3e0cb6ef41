internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import SSETestSupport

/// A proxy of others, in front of a server, for the time of a closure.
@available(SwiftSSE 1.0, *)
enum Proxy {
    /// Runs nginx: `/direct/…` passes events on at once, `/buffered/…` in large pieces, and by TLS and HTTP/2 as well.
    ///
    /// - Parameters:
    ///   - upstream: The port of the server behind it.
    ///   - settings: More directives for it.
    ///   - body: Gets the plain origin, the encrypted one, and the file with the certificate of its authority.
    static func nginx(
        _ executable: URL,
        upstream: Int,
        settings: String = "",
        _ body: (_ plain: String, _ encrypted: String, _ certificate: String) async throws -> Void
    ) async throws {
        try await self.withFolder { folder in
            let (plain, encrypted) = (try await freePort(), try await freePort())
            try await self.makeCertificate(in: folder)
            let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map { "\($0)_temp_path \(folder)/\($0);" }
                .joined(separator: " ")
            let configuration = """
                daemon off; master_process off; pid \(folder)/pid; error_log stderr crit;
                events { worker_connections 256; }
                http {
                    access_log off; \(paths)
                    \(settings)
                    proxy_http_version 1.1; proxy_set_header Connection "";
                    server {
                        listen 127.0.0.1:\(plain);
                        listen 127.0.0.1:\(encrypted) ssl http2;
                        ssl_certificate \(folder)/certificate.pem; ssl_certificate_key \(folder)/key.pem;
                        add_header X-Client-Protocol $server_protocol;
                        location /direct/ { proxy_pass http://127.0.0.1:\(upstream)/; }
                        location /buffered/ {
                            proxy_pass http://127.0.0.1:\(upstream)/;
                            proxy_ignore_headers X-Accel-Buffering; proxy_buffering on;
                        }
                    }
                }
                """
            let file = "\(folder)/nginx.conf"
            try configuration.write(toFile: file, atomically: true, encoding: .utf8)
            try await withProcess(executable, ["-p", folder, "-c", file]) { process in
                try await self.waitForListener(plain)
                try await body(
                    "http://127.0.0.1:\(plain)",
                    "https://localhost:\(encrypted)",
                    "\(folder)/certificate.pem"
                )
                // A single process without anything to tidy up.
                process.kill()
                _ = await process.result()
            }
        }
    }

    /// Runs haproxy.
    ///
    /// - Parameters:
    ///   - mode: What it understands of what it passes on: `http`, or nothing.
    ///   - server: How it talks to the server behind it.
    static func haproxy(
        _ executable: URL,
        upstream: Int,
        mode: String = "http",
        server: String = "",
        _ body: (_ origin: String) async throws -> Void
    ) async throws {
        try await self.withFolder { folder in
            let port = try await freePort()
            let configuration = """
                global
                    maxconn 100
                defaults
                    mode \(mode)
                    timeout connect 5s
                    timeout client 60s
                    timeout server 60s
                frontend stream
                    bind 127.0.0.1:\(port)
                    default_backend servers
                backend servers
                    server one 127.0.0.1:\(upstream) \(server)

                """
            let file = "\(folder)/haproxy.cfg"
            try configuration.write(toFile: file, atomically: true, encoding: .utf8)
            try await withProcess(executable, ["-db", "-f", file]) { process in
                try await self.waitForListener(port)
                try await body("http://127.0.0.1:\(port)")
                process.interrupt()
                _ = await process.result()
            }
        }
    }

    /// Makes a folder for the time of a closure.
    static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "proxy-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path())
    }

    /// A certificate that is its own authority.
    static func makeCertificate(in folder: String) async throws {
        guard let openssl = Executable.named("openssl") else { return }
        let result = try await run(
            openssl,
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(folder)/key.pem",
                "-out", "\(folder)/certificate.pem",
            ]
        )
        guard result.exitCode == 0 else { throw ProxyFailure(description: result.errors) }
    }

    /// Tries to connect until somebody listens.
    private static func waitForListener(_ port: Int) async throws {
        for _ in 0..<500 {
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            if let channel = try? await bootstrap.connect(host: "127.0.0.1", port: port).get() {
                try await channel.close()
                return
            }
            // Polling: there is no other way to learn that a foreign program is ready.
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
        throw ProxyFailure(description: "Nobody listens on port \(port).")
    }
}
