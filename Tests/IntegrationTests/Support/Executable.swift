internal import Foundation
internal import Testing

/// Where programs are.
enum Executable {
    /// The program `sse` that was built with these tests.
    static func sse() throws -> URL {
        let places =
            [Bundle.main.executableURL, Bundle.main.bundleURL].compactMap(\.self)
            + Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
        let candidates =
            [ProcessInfo.processInfo.environment["SSE_EXECUTABLE"].map { URL(filePath: $0) }].compactMap(\.self)
            + places.flatMap { [$0.deletingLastPathComponent(), $0] }.map { $0.appending(path: "sse") }
        return try #require(
            candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) },
            "There is no program 'sse' beside the tests; run 'swift build' first, or set SSE_EXECUTABLE."
        )
    }

    /// A program on the path, `nil` if it is not installed.
    static func named(_ name: String) -> URL? {
        // Debian keeps servers where the paths of users do not lead.
        ((ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin").split(separator: ":")
            .map { URL(filePath: String($0)).appending(path: name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// nginx, for tests with ``Testing/Trait/needsNginx``.
    static func nginx() throws -> URL { try #require(Self.named("nginx"), "There is no nginx.") }

    /// A Python that has what `Peers/requirements.txt` asks for, `nil` if there is none.
    static let peersPython: URL? = {
        let environment = ProcessInfo.processInfo.environment["SSE_PEERS_PYTHON"]
        let python = environment.map { URL(filePath: $0) } ?? Files.package.appending(path: ".venv/bin/python")
        return FileManager.default.isExecutableFile(atPath: python.path) ? python : nil
    }()
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, and says so, where there is no nginx, or nothing to make its certificate with.
    static var needsNginx: ConditionTrait {
        .enabled(
            if: Executable.named("nginx") != nil && Executable.named("openssl") != nil,
            "There is no nginx, or no openssl."
        )
    }
}
