internal import Foundation
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// A nats-server in a process of its own, with its files in a folder of its own.
@available(SwiftSSE 1.0, *)
package final class NATSServer: Sendable {
    package let port: Int

    private let program: NATSProgram
    private let folder: String
    private let process = Mutex<SpawnedProcess?>(nil)

    package var url: String { "nats://127.0.0.1:\(self.port)" }

    /// Runs a server for the time of a closure.
    ///
    /// - Parameter settings: What its configuration says besides where it listens and keeps its files.
    package static func with<Result>(
        _ program: NATSProgram,
        settings: String = "",
        _ body: (NATSServer) async throws -> Result
    ) async throws -> Result {
        let server = try NATSServer(program, port: try await freePort(), settings: settings)
        return try await server.run(body)
    }

    /// Runs three servers that are a cluster for the time of a closure.
    package static func withCluster<Result>(
        _ program: NATSProgram,
        _ body: ([NATSServer]) async throws -> Result
    ) async throws -> Result {
        let ports = [try await freePort(), try await freePort(), try await freePort()]
        let routePorts = [try await freePort(), try await freePort(), try await freePort()]
        let routes = routePorts.map { "nats://127.0.0.1:\($0)" }.joined(separator: ", ")
        let servers = try zip(ports, routePorts).map { port, routePort in
            let settings = "cluster { name: c, listen: \"127.0.0.1:\(routePort)\", routes: [\(routes)] }"
            return try NATSServer(program, port: port, settings: settings)
        }
        return try await servers[0].run { _ in
            try await servers[1].run { _ in
                try await servers[2].run { _ in try await body(servers) }
            }
        }
    }

    package var name: String { "n\(self.port)" }

    private init(_ program: NATSProgram, port: Int, settings: String) throws {
        self.program = program
        self.port = port
        self.folder = FileManager.default.temporaryDirectory.appendingPathComponent("nats-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        try self.write(settings)
    }

    private func write(_ settings: String) throws {
        let configuration = """
            listen: "127.0.0.1:\(self.port)"
            server_name: "\(self.name)"
            jetstream { store_dir: "\(self.folder)/store" }
            log_file: "\(self.folder)/log"
            \(settings)
            """
        try configuration.write(toFile: "\(self.folder)/conf", atomically: true, encoding: .utf8)
    }

    private func run<Result>(_ body: (NATSServer) async throws -> Result) async throws -> Result {
        defer { try? FileManager.default.removeItem(atPath: self.folder) }
        do {
            try self.start()
            let result = try await body(self)
            await self.kill()
            return result
        } catch {
            await self.kill()
            throw error
        }
    }

    /// Starts the server, on the files that it had before.
    ///
    /// - Parameter settings: What its configuration says from now on; `nil` for what it said.
    package func start(settings: String? = nil) throws {
        if let settings { try self.write(settings) }
        let null = open("/dev/null", O_RDWR)
        defer { close(null) }
        let process = try SpawnedProcess(
            self.program.path,
            ["-c", "\(self.folder)/conf"],
            input: null,
            output: null,
            errors: null
        )
        self.process.withLock { $0 = process }
    }

    /// Ends the server at once, as a crash does.
    package func kill() async {
        guard let process = self.process.withLock({ $0.take() }) else { return }
        process.send(SIGKILL)
        // One that was stopped ends as well.
        _ = await process.exitCode()
    }

    /// Copies the files of a server that does not run.
    package func copyFiles() throws {
        try? FileManager.default.removeItem(atPath: "\(self.folder)/copy")
        try FileManager.default.copyItem(atPath: "\(self.folder)/store", toPath: "\(self.folder)/copy")
    }

    /// Puts the copy of its files in the place of what a server that does not run has now.
    package func putBackFiles() throws {
        try FileManager.default.removeItem(atPath: "\(self.folder)/store")
        try FileManager.default.copyItem(atPath: "\(self.folder)/copy", toPath: "\(self.folder)/store")
    }

    /// Stops the server, or has it go on.
    package func pause() { self.process.withLock { $0?.stop() } }
    package func resume() { self.process.withLock { $0?.send(SIGCONT) } }

    /// What the server has logged.
    package var log: String { (try? String(contentsOfFile: "\(self.folder)/log", encoding: .utf8)) ?? "" }
}
