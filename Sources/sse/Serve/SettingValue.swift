import Foundation
import Yams

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
