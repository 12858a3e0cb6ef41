internal import Foundation

/// The inputs that the fuzzer found, or begins with.
package enum FailCases {
    package struct Input: Sendable {
        package let name: String
        package let bytes: [UInt8]
    }

    /// The inputs of one of the fuzzer's programs, from `FuzzTesting/FailCases`.
    package static func inputs(of target: String) throws -> [Input] {
        let directory = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("../../FuzzTesting/FailCases/\(target)").standardizedFileURL
        return try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .filter { !$0.lastPathComponent.hasPrefix(".") }
            .map { Input(name: $0.lastPathComponent, bytes: try Array(Data(contentsOf: $0))) }
    }
}
