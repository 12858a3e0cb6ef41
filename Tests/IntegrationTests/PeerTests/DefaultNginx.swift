internal import Foundation
internal import SSETestSupport
internal import Testing

/// An nginx in front of a server, with nothing set that need not be.
@available(SwiftSSE 1.0, *)
enum DefaultNginx {
    static let executable = Executable.named("nginx")

    /// Runs it for the time of a closure.
    ///
    /// - Parameters:
    ///   - upstream: The port of the server behind it.
    ///   - location: What it passes on; everything by default. `{upstream}` stands for the port.
    static func run(
        upstream: Int,
        location: String = "location / { proxy_pass http://127.0.0.1:{upstream}; }",
        deadline: Duration = .seconds(45),
        _ body: (_ origin: String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nginx-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = try await freePort()
        // Where it may write is all that is said, and that it stays in the foreground.
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(folder)/\($0);" }
            .joined(separator: " ")
        let configuration = """
            daemon off; master_process off; pid \(folder)/pid; error_log stderr notice;
            events {}
            http {
                access_log off; \(paths)
                server {
                    listen 127.0.0.1:\(port);
                    \(location.replacing("{upstream}", with: "\(upstream)"))
                }
            }
            """
        let file = "\(folder)/nginx.conf"
        try configuration.write(toFile: file, atomically: true, encoding: .utf8)
        let nginx = try #require(Self.executable)
        try await withProcess(nginx, ["-p", folder, "-c", file], deadline: deadline) { process in
            // It says how it waits for events once it listens.
            _ = try #require(await process.errors.lines.first { $0.contains("event method") })
            try await body("http://127.0.0.1:\(port)")
            process.kill()
            _ = await process.result()
        }
    }
}
