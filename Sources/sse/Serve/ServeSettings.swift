import Configuration
import Foundation
import SSEHub
import Yams

/// The settings of `sse serve`: what the command line says, else the environment, else the file, else the default.
///
/// The names are those of the options: `--retain-events` is `SSE_RETAIN_EVENTS` in the environment and `retainEvents`
/// in the file.
@available(SwiftSSE 1.0, *)
struct ServeSettings {
    /// All settings.
    private static let names: Set<String> = [
        "accessLog", "allowHeader", "allowHost", "allowOrigin", "anonymousPublish", "anonymousSubscribe", "console",
        "drainWindow",
        "engine",
        "heartbeat",
        "host",
        "http1",
        "keepAliveTimeout",
        "listen",
        "logFormat", "logLevel", "loops", "maxConnections", "maxConnectionsPerAddress", "maxLifetime",
        "metrics", "natsCa", "natsCert", "natsCreds", "natsKey", "natsNkey", "natsPassword", "natsPasswordFile",
        "natsReplicas", "natsStream", "natsSubjectPrefix", "natsTokenFile", "natsUpdateStream", "natsUser",
        "port", "positions", "protocol", "publisherAlgorithm", "publisherJwks", "publisherKey", "publisherKeyFile",
        "publisherPreviousKey", "publisherPreviousKeyFile",
        "requestTimeout",
        "resume",
        "retainAge", "retainBytes", "retainEvents", "socketMode",
        "store", "storeDurability", "subscriberAlgorithm",
        "subscriberJwks", "subscriberKey",
        "subscriberKeyFile", "subscriberPreviousKey", "subscriberPreviousKeyFile", "subscriptions", "tlsCert", "tlsKey",
        "tokenInQuery", "tokenLeeway", "trustedProxy", "writeTimeout",
    ]

    private let reader: ConfigReader
    private let environment: [String: String]
    private let file: String?

    /// - Parameter file: A file of JSON or YAML.
    init(file: String?) throws {
        // An empty variable is how many a tool says that there is none.
        self.environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        self.file = file
        var providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider(environmentVariables: self.environment).prefixKeys(with: "sse")
        ]
        if let file {
            let values = try Self.read(file).map {
                (AbsoluteConfigKey([$0.key]), ConfigValue(.string($0.value), isSecret: false))
            }
            providers.append(InMemoryProvider(values: Dictionary(uniqueKeysWithValues: values)))
        }
        self.reader = ConfigReader(providers: providers)
    }

    /// Reads a file's settings as texts, and looks for what would be passed over in silence otherwise.
    private static func read(_ file: String) throws -> [String: String] {
        guard let contents = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("Cannot read '\(file.printable)', which --config names; is the path right?")
        }
        return try SettingValue.values(in: contents, file).sorted { $0.key < $1.key }.reduce(into: [:]) {
            texts,
            setting in
            let name = setting.key
            guard Self.names.contains(name) else {
                let known = Self.names.first { $0.lowercased() == name.lowercased().replacing(/[-_]/, with: "") }
                throw CommandFailure(
                    "\u{201C}\(name.printable)\u{201D} in '\(file.printable)' is no setting; "
                        + (known.map { "write it as \u{201C}\($0)\u{201D}." } ?? "see sse serve --help.")
                )
            }
            switch setting.value {
            case .text(let text): texts[name] = text
            case .list(let list) where Self.lists.contains(name): texts[name] = list.joined(separator: ",")
            case .list, .other:
                throw CommandFailure(
                    "\u{201C}\(name)\u{201D} in '\(file.printable)' has to be "
                        + (Self.lists.contains(name)
                            ? "a text or a list of texts." : "a text, a number, true or false.")
                )
            }
        }
    }

    /// The settings that may have several values.
    private static let lists: Set<String> = [
        "allowHeader", "allowHost", "allowOrigin", "engine", "listen", "trustedProxy",
    ]

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

    /// A list; an argument counts instead of, and not beside, what the environment or the file has.
    func strings(_ name: String, _ arguments: [String]) -> [String] {
        guard arguments.isEmpty else { return arguments }
        return (self.text(name) ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    /// One of some names.
    func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String, _ argument: String?) throws -> Value? {
        guard let text = self.string(name, argument) else { return nil }
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue)
            throw CommandFailure(
                "\(self.origin(of: name, argument != nil)) cannot be \u{201C}\(text.printable)\u{201D}; it is "
                    + "\(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")."
            )
        }
        return value
    }

    /// A mark.
    func flag(_ name: String, _ argument: Bool) throws -> Bool {
        try self.flag(name, argument ? true : nil) ?? false
    }

    /// A mark that may also be missing.
    func flag(_ name: String, _ argument: Bool?) throws -> Bool? {
        if let argument { return argument }
        let words = ["true": true, "1": true, "yes": true, "false": false, "0": false, "no": false]
        return try self.text(name).map { try self.parsed(name, $0.lowercased()) { words[$0] } }
    }

    /// What the environment or the file has, as text, so that what is wrong with it can be said.
    private func text(_ name: String) -> String? {
        self.reader.string(forKey: ConfigKey(name))
    }

    private func parsed<Value>(_ name: String, _ text: String, _ parse: (String) -> Value?) throws -> Value {
        guard let value = parse(text) else {
            throw CommandFailure(
                "\(self.origin(of: name)) cannot be \u{201C}\(text.printable)\u{201D}; see sse serve --help."
            )
        }
        return value
    }

    /// Where a setting has been given.
    func origin(of name: String, _ isArgument: Bool) -> String {
        isArgument ? Self.optionName(name) : self.origin(of: name)
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

/// What a file says of a setting.
@available(SwiftSSE 1.0, *)
enum SettingValue: Decodable {
    /// A text, or what is a text as well: a number, true or false.
    case text(String)
    case list([String])
    case other

    init(from decoder: any Decoder) throws {
        guard let container = try? decoder.singleValueContainer(), !container.decodeNil() else {
            self = .other
            return
        }
        // As text first: a secret of digits must not become a number on the way.
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .text("\(flag)")
        } else if let number = try? container.decode(Int.self) {
            self = .text("\(number)")
        } else if let number = try? container.decode(Double.self) {
            self = .text("\(number)")
        } else if let list = try? container.decode([String].self) {
            self = .list(list)
        } else {
            self = .other
        }
    }

    /// Reads a file of JSON if it begins with a brace, else of YAML.
    static func values(in contents: Data, _ file: String) throws -> [String: SettingValue] {
        let isJSON = contents.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
        do {
            if isJSON { return try JSONDecoder().decode([String: SettingValue].self, from: contents) }
            return try YAMLDecoder().decode([String: SettingValue].self, from: contents)
        } catch {
            throw CommandFailure(
                isJSON
                    ? "'\(file.printable)' is no JSON object; write it as {\"port\": 8888}."
                    : "'\(file.printable)' has no settings in YAML; write them as port: 8888, one a line."
            )
        }
    }
}
