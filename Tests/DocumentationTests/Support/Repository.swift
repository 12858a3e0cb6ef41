import Foundation

/// The files of this package's repository.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The text of a file, named from the repository's root on.
    static func text(of path: String) throws -> String {
        try String(contentsOf: self.root.appending(path: path), encoding: .utf8)
    }

    /// The paths of all files below a directory that have an extension, in order.
    static func paths(below directory: String, extension pathExtension: String) throws -> [String] {
        let root = self.root.path()
        let files = FileManager.default.enumerator(
            at: self.root.appending(path: directory),
            includingPropertiesForKeys: nil
        )
        return (files?.allObjects as? [URL] ?? [])
            .filter { $0.pathExtension == pathExtension }
            .map { String($0.path().dropFirst(root.count)) }
            .sorted()
    }
}
