internal import Foundation

/// A nats-server that is installed.
package struct NATSProgram: Sendable, CustomStringConvertible {
    package let path: String

    package var description: String { self.path }

    /// All that are found: of the system, and of Python's packages beside this one's own sources.
    package static let all: [NATSProgram] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        var folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        folders += ["/usr/sbin", "/usr/local/bin", root + "/.venv/bin"]
        var paths: [String] = []
        for folder in folders {
            let path = folder + "/nats-server"
            let resolved = URL(filePath: path).resolvingSymlinksInPath().path
            guard FileManager.default.isExecutableFile(atPath: path), !paths.contains(resolved) else { continue }
            paths.append(resolved)
        }
        return paths.map(NATSProgram.init(path:))
    }()

    /// The first that is found, for what does not depend on which one it is.
    package static var any: NATSProgram {
        get throws {
            guard let first = all.first else { throw NotInstalled() }
            return first
        }
    }

    package struct NotInstalled: Error {}
}
