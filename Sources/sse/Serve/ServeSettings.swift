import Configuration
import Foundation
import SSEHub
import SystemPackage

/// The settings of `sse serve`: what the command line says, else the environment, else the file, else the default.
///
/// The names are those of the options: `--retain-events` is `SSE_RETAIN_EVENTS` in the environment and `retainEvents` in
/// the file.
@available(SwiftSSE 1.0, *)
struct ServeSettings {
    private let reader: ConfigReader

    /// - Parameter file: A file of JSON.
    init(file: String?) async throws {
        var providers: [any ConfigProvider] = [EnvironmentVariablesProvider().prefixKeys(with: "sse")]
        if let file {
            do {
                providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
            } catch {
                throw CommandFailure("The file \(file) cannot be read as JSON; check --config.")
            }
        }
        self.reader = ConfigReader(providers: providers)
    }

    /// An option's value.
    func string(_ name: String, _ argument: String?) -> String? {
        argument ?? self.reader.string(forKey: ConfigKey(name))
    }

    /// A number, within a range.
    func int(_ name: String, _ argument: Int?, in range: ClosedRange<Int>) throws -> Int? {
        guard let value = try argument ?? self.text(name).map({ try self.parsed(name, $0, Int.init) }) else {
            return nil
        }
        guard range.contains(value) else {
            throw CommandFailure(
                "\(Self.optionName(name)) is \(value); it must be \(range.lowerBound)"
                    + (range.upperBound == .max ? " or more." : " to \(range.upperBound).")
            )
        }
        return value
    }

    /// A time.
    func duration(_ name: String, _ argument: DurationArgument?) throws -> Duration? {
        try argument?.duration
            ?? self.text(name).map { try self.parsed(name, $0, DurationArgument.init(argument:)).duration }
    }

    /// A mark.
    func flag(_ name: String, _ argument: Bool) throws -> Bool {
        if argument { return true }
        return try self.text(name).map { try self.parsed(name, $0.lowercased(), Bool.init) } ?? false
    }

    /// What the environment or the file has, as text, so that what is wrong with it can be said.
    private func text(_ name: String) -> String? {
        let key = ConfigKey(name)
        return self.reader.string(forKey: key)
            ?? self.reader.int(forKey: key).map(String.init)
            ?? self.reader.bool(forKey: key).map(String.init)
    }

    private func parsed<Value>(_ name: String, _ text: String, _ parse: (String) -> Value?) throws -> Value {
        guard let value = parse(text) else {
            throw CommandFailure(
                "\(Self.optionName(name)) cannot be \u{201C}\(text.printable)\u{201D}; see sse serve --help."
            )
        }
        return value
    }

    /// `retain.events` is `--retain-events`.
    static func optionName(_ name: String) -> String {
        "--" + name.replacing(/[A-Z]/) { "-" + $0.output.lowercased() }
    }
}
