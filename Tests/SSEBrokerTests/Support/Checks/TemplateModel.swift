/// URI templates as their definition reads: short, and slow.
package enum TemplateModel {
    private static let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    private static let reserved = Set(":/?#[]@!$&'()*+,;=".utf8)
    private static let hexDigits = Set("0123456789abcdefABCDEF".utf8)
    private static let nameBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.".utf8)
    private static let operators = "+#./;?&"

    /// Whether a text is a template.
    package static func isValid(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "{"), omittingEmptySubsequences: false)
        guard let first = parts.first, !first.contains(UInt8(ascii: "}")) else { return false }
        var variableCount = 0
        for part in parts.dropFirst() {
            let pieces = part.split(separator: UInt8(ascii: "}"), omittingEmptySubsequences: false)
            guard pieces.count == 2 else { return false }
            let isSimple = pieces[0].first.map { !Self.operators.utf8.contains($0) } ?? true
            let variables = pieces[0].dropFirst(isSimple ? 0 : 1)
                .split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard variables.allSatisfy({ Self.isVariable(String(decoding: $0, as: UTF8.self)) }) else { return false }
            variableCount += variables.count
        }
        return variableCount <= 16
    }

    private static func isVariable(_ text: String) -> Bool {
        let name = /([A-Za-z0-9_]|%[0-9A-Fa-f]{2})(\.?([A-Za-z0-9_]|%[0-9A-Fa-f]{2}))*(\*|:[1-9][0-9]{0,3})?/
        return text.wholeMatch(of: name) != nil
    }

    /// Whether a text fits a valid template, whose text between expressions may have escapes.
    package static func fits(_ template: String, _ text: String) -> Bool {
        Self.fitsAsItIs(template, text) || Self.fitsAsItIs(Self.escaped(template), text)
    }

    private static func escaped(_ template: String) -> String {
        let kept = Self.unreserved.union(Self.reserved).union("%{}".utf8)
        return template.utf8.map { byte in
            if kept.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "%0" + digits : "%" + digits
        }.joined()
    }

    private static func fitsAsItIs(_ template: String, _ text: String) -> Bool {
        let text = Array(text.utf8)
        // Where in the text the part of the template that has been looked at may end.
        var places: Set<Int> = [0]
        var rest = Array(template.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) {
                places = Self.ends(of: String(decoding: rest[..<end], as: UTF8.self), in: text, from: places)
                rest = rest[(end + 1)...]
            } else {
                places = Self.places(after: byte, in: text, from: places)
            }
        }
        return places.contains(text.count)
    }

    private static func places(after byte: UInt8, in text: [UInt8], from places: Set<Int>) -> Set<Int> {
        Set(places.filter { $0 < text.count && text[$0] == byte }.map { $0 + 1 })
    }

    /// Where an expression may end: each of its variables may have a value or not.
    private static func ends(of expression: String, in text: [UInt8], from places: Set<Int>) -> Set<Int> {
        let form = Form(of: expression)
        var ends: Set<Int> = []
        for variable in form.variables {
            let starts = (form.first.map { Self.places(after: $0, in: text, from: places) } ?? places)
                .union(Self.places(after: form.separator, in: text, from: ends))
            for start in starts {
                for end in start...text.count where form.isValue(Array(text[start..<end]), of: variable) {
                    ends.insert(end)
                }
            }
        }
        return ends.union(places)
    }

    /// How an expression writes its variables.
    private struct Form {
        let variables: [String]
        let first: UInt8?
        let separator: UInt8
        let isNamed: Bool
        let isQuery: Bool
        let allowed: Set<UInt8>

        init(of expression: String) {
            let operation = expression.first.flatMap { TemplateModel.operators.contains($0) ? $0 : nil }
            self.variables = expression.dropFirst(operation == nil ? 0 : 1).split(separator: ",").map(String.init)
            self.first = operation == "+" ? nil : operation?.asciiValue
            self.separator =
                switch operation {
                case ".", "/", ";": operation?.asciiValue ?? 0
                case "?", "&": UInt8(ascii: "&")
                default: UInt8(ascii: ",")
                }
            self.isQuery = operation == "?" || operation == "&"
            self.isNamed = self.isQuery || operation == ";"
            let isReservedAllowed = operation == "+" || operation == "#"
            self.allowed =
                isReservedAllowed
                ? TemplateModel.unreserved.union(TemplateModel.reserved) : TemplateModel.unreserved
        }

        func isValue(_ text: [UInt8], of variable: String) -> Bool {
            let equals = UInt8(ascii: "=")
            if variable.hasSuffix("*") {
                let items = text.split(separator: self.separator, omittingEmptySubsequences: false)
                guard self.isNamed else { return self.isString(text) || self.isList(items) || self.isPairs(text) }
                return items.allSatisfy { item in
                    let pair = item.split(separator: equals, maxSplits: 1, omittingEmptySubsequences: false)
                    guard self.isString(Array(pair[0])) else { return false }
                    guard pair.count == 2 else { return !self.isQuery }
                    return self.isString(Array(pair[1])) && (self.isQuery || !pair[1].isEmpty)
                }
            }
            let name = variable.split(separator: ":")[0]
            let count = variable.contains(":") ? Int(variable.split(separator: ":")[1]) : nil
            guard self.isNamed else { return self.isString(text, upTo: count, with: UInt8(ascii: ",")) }
            guard text.starts(with: name.utf8) else { return false }
            let value = Array(text.dropFirst(name.utf8.count))
            guard value.first == equals else { return value.isEmpty && !self.isQuery }
            return self.isString(Array(value.dropFirst()), upTo: count, with: UInt8(ascii: ","))
                && (self.isQuery || value.count > 1)
        }

        private func isList(_ items: [ArraySlice<UInt8>]) -> Bool { items.allSatisfy { self.isString(Array($0)) } }

        /// Name and value, joined by equals signs; what is between two of those is a value, a separator and a name.
        private func isPairs(_ text: [UInt8]) -> Bool {
            let parts = text.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false).map(Array.init)
            guard parts.count > 1, let first = parts.first, let last = parts.last else { return false }
            return self.isString(first) && self.isString(last)
                && parts.dropFirst().dropLast().allSatisfy { part in
                    part.indices.contains {
                        part[$0] == self.separator && self.isString(Array(part[..<$0]))
                            && self.isString(Array(part[($0 + 1)...]))
                    }
                }
        }

        /// - Parameters:
        ///   - count: The most characters; any number, and several values, if it is `nil`.
        ///   - joiner: What is between several values.
        private func isString(_ text: [UInt8], upTo count: Int? = nil, with joiner: UInt8? = nil) -> Bool {
            var rest = text[...]
            var length = 0
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "%") {
                    guard rest.count >= 2, rest.prefix(2).allSatisfy(TemplateModel.hexDigits.contains) else {
                        return false
                    }
                    let isContinuation = "89abAB".utf8.contains(rest[rest.startIndex])
                    length += isContinuation ? 0 : 1
                    rest = rest.dropFirst(2)
                } else {
                    guard self.allowed.contains(byte) || (count == nil && byte == joiner) else { return false }
                    length += 1
                }
            }
            return length <= count ?? .max
        }
    }
}
