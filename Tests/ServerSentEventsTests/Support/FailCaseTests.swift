internal import Foundation
internal import ServerSentEvents
internal import Testing

/// Inputs on which the fuzzer once found something, or that were thought up for it to begin with, pass its checks.
struct FailCaseTests {
    /// `FuzzTesting/FailCases`, found from here, with links followed that lead to this file.
    private static let directory = URL(fileURLWithPath: #filePath)
        .resolvingSymlinksInPath()
        .deletingLastPathComponent()
        .appendingPathComponent("../../../FuzzTesting/FailCases")
        .standardizedFileURL

    @Test(arguments: CheckedTarget.allCases)
    @available(SwiftSSE 1.0, *)
    func `Every kept input passes its check`(_ target: CheckedTarget) throws {
        let directory = Self.directory.appendingPathComponent(target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .filter { !$0.lastPathComponent.hasPrefix(".") }
        #expect(!files.isEmpty, "there is no input for \(target.rawValue)")
        for file in files {
            let input = try Array(Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.lastPathComponent)") { try target.check(input) }
        }
    }
}
