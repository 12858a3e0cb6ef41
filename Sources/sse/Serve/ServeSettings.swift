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
    /// All settings.
    private static let names: Set<String> = [
        "anonymousPublish", "drainWindow", "heartbeat", "host", "loops", "maxConnections", "maxConnectionsPerAddress",
        "maxLifetime", "port", "publisherKey", "requestTimeout", "resume", "retainAge", "retainBytes", "retainEvents",
        "writeTimeout",
    ]

    private let reader: ConfigReader
    private let environment: [String: String]
    private let file: String?

    /// - Parameter file: A file of JSON.
    init(file: String?) async throws {
        // An empty variable is how many a tool says that there is none.
        self.environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        self.file = file
        var providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider(environmentVariables: self.environment).prefixKeys(with: "sse")
        ]
        if let file {
            try Self.check(file)
            providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
        }
        self.reader = ConfigReader(providers: providers)
    }

    /// Looks for what would be passed over in silence otherwise.
    private static func check(_ file: String) throws {
        guard let contents = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("Cannot read '\(file.printable)', which --config names; is the path right?")
        }
        guard let settings = try? JSONSerialization.jsonObject(with: contents) as? [String: Any] else {
            throw CommandFailure("'\(file.printable)' is no JSON object; write it as {\"port\": 8888}.")
        }
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard Self.names.contains(name) else {
                let known = Self.names.first { $0.lowercased() == name.lowercased().replacing(/[-_]/, with: "") }
                throw CommandFailure(
                    "\u{201C}\(name.printable)\u{201D} in '\(file.printable)' is no setting; "
                        + (known.map { "write it as \u{201C}\($0)\u{201D}." } ?? "see sse serve --help.")
                )
            }
            guard value is String || value is NSNumber else {
                throw CommandFailure(
                    "\u{201C}\(name)\u{201D} in '\(file.printable)' has to be a text, a number, true or false."
                )
            }
        }
    }

    /// An option's value.
    func string(_ name: String, _ argument: String?) -> String? {
        argument ?? self.text(name)
    }

    /// A number, within a range.
    func int(_ name: String, _ argument: Int?, in range: ClosedRange<Int>) throws -> Int? {
        guard let value = try argument ?? self.text(name).map({ try self.parsed(name, $0, Int.init) }) else {
            return nil
        }
        guard range.contains(value) else {
            throw CommandFailure(
                "\(argument == nil ? self.origin(of: name) : Self.optionName(name)) is \(value); it must be "
                    + (range.upperBound == .max
                        ? "\(range.lowerBound) or more." : "\(range.lowerBound) to \(range.upperBound).")
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
        let words = ["true": true, "1": true, "yes": true, "false": false, "0": false, "no": false]
        return try self.text(name).map { try self.parsed(name, $0.lowercased()) { words[$0] } } ?? false
    }

    /// What the environment or the file has, as text, so that what is wrong with it can be said.
    private func text(_ name: String) -> String? {
        let key = ConfigKey(name)
        return self.reader.string(forKey: key)
            ?? self.reader.int(forKey: key).map(String.init)
            ?? self.reader.double(forKey: key).map { "\($0)" }
            ?? self.reader.bool(forKey: key).map(String.init)
    }

    private func parsed<Value>(_ name: String, _ text: String, _ parse: (String) -> Value?) throws -> Value {
        guard let value = parse(text) else {
            throw CommandFailure(
                "\(self.origin(of: name)) cannot be \u{201C}\(text.printable)\u{201D}; see sse serve --help."
            )
        }
        return value
    }

    /// Where a setting that is no argument has been given.
    func origin(of name: String) -> String {
        let variable = "SSE_" + name.replacing(/[A-Z]/) { "_" + $0.output }.uppercased()
        guard self.environment[variable] == nil, let file else { return variable }
        return "\u{201C}\(name)\u{201D} in '\(file.printable)'"
    }

    /// `retainEvents` is `--retain-events`.
    static func optionName(_ name: String) -> String {
        "--" + name.replacing(/[A-Z]/) { "-" + $0.output.lowercased() }
    }
}
