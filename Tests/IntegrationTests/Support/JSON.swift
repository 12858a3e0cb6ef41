internal import Foundation

/// One line of JSON as the programs print it, with keys in whatever order.
enum JSON {
    /// The line with its keys in order, so that lines can be compared.
    static func sorted(_ line: String) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed)
        let data = try JSONSerialization.data(
            withJSONObject: object,
            options: [.sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
        )
        return String(decoding: data, as: UTF8.self)
    }

    static func object(_ line: String) throws -> [String: Double] {
        try JSONDecoder().decode([String: Double].self, from: Data(line.utf8))
    }
}
