/// A compiled URI template, which tells whether a text fits.
///
/// It goes through the variables from left to right and keeps the set of the places in the text at which the value of
/// the variable may end. One variable costs a few walks over the text, however many ways there are to share the text
/// out among the variables, and however the text between them repeats itself. So the time is linear in the product of
/// the text's length and the number of variables, and ``maximumVariableCount`` bounds the latter.
@available(SwiftSSE 1.0, *)
struct URITemplateMachine: Sendable {
    /// The most variables of one template.
    static let maximumVariableCount = 16

    private var literals: URITemplateLiterals
    private var variables: [URITemplateVariable] = []
    /// How many variables the template has, with those that need no place of their own.
    private(set) var variableCount = 0
    /// The cost of matching for each byte of a text: 1 for a variable that takes one loop, 3 for one that takes
    /// several.
    private(set) var cost = 0
    /// The text behind the last variable.
    private var suffix: Range<Int>

    /// Compiles a template.
    init(_ template: String) throws(BrokerError) {
        let bytes = Array(template.utf8)
        self.literals = URITemplateLiterals(bytes)
        var literal = 0..<0
        var index = 0
        self.suffix = literal
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"):
                guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else {
                    throw BrokerError.invalidTemplate(template, "a brace is opened and not closed")
                }
                literal = literal.lowerBound..<index
                try self.append((index + 1)..<end, after: literal, of: template)
                index = end + 1
                literal = index..<index
            case UInt8(ascii: "}"):
                throw BrokerError.invalidTemplate(template, "a brace is closed and not opened")
            default:
                index += 1
            }
        }
        self.suffix = literal.lowerBound..<bytes.count
    }

    private mutating func append(
        _ expression: Range<Int>,
        after literal: Range<Int>,
        of template: String
    ) throws(BrokerError) {
        let bytes = self.literals.bytes
        var rest = expression
        var operation = URITemplateOperator.simple
        if let byte = bytes[rest].first, let other = URITemplateOperator(rawValue: byte) {
            operation = other
            rest = rest.dropFirst()
        }
        let start = self.variables.count
        var hasUnboundedValue = false
        while true {
            let end = bytes[rest].firstIndex(of: UInt8(ascii: ",")) ?? rest.upperBound
            let (name, modifier) = try self.variable(rest.lowerBound..<end, of: expression, in: template)
            self.variableCount += 1
            guard self.variableCount <= Self.maximumVariableCount else {
                throw BrokerError.invalidTemplate(template, "it has more than \(Self.maximumVariableCount) variables")
            }
            let isAlone = self.variables.count == start && end == rest.upperBound
            self.cost += isAlone && operation.first == nil && modifier == .none ? 1 : 3
            if case .prefix = modifier {} else { hasUnboundedValue = true }
            let isFirst = self.variables.count == start
            if isFirst { self.literals.prepare(literal) }
            if operation.isNamed, modifier != .explode { self.literals.prepare(name) }
            self.variables.append(
                URITemplateVariable(
                    before: isFirst ? literal : literal.upperBound..<literal.upperBound,
                    name: name,
                    modifier: modifier,
                    operation: operation,
                    isFirst: isFirst
                )
            )
            guard end < rest.upperBound else { break }
            rest = (end + 1)..<rest.upperBound
        }
        // A value that may hold reserved characters may hold the commas as well, with all that is between them.
        if operation.isReservedAllowed, hasUnboundedValue {
            self.variables.removeSubrange(start...)
            self.variables.append(
                URITemplateVariable(before: literal, name: rest, modifier: .none, operation: operation, isFirst: true)
            )
        }
        self.variables[self.variables.count - 1].isLast = true
        // `{b}` in `{a}{b}` fits nothing that `{a}` does not.
        if start > 0, literal.isEmpty, self.variables[start].isAlone, self.variables[start - 1].isAlone,
            operation == self.variables[start - 1].operation
        {
            self.variables.removeLast()
        }
    }

    /// Reads a variable's name and its modifier.
    private func variable(
        _ part: Range<Int>,
        of expression: Range<Int>,
        in template: String
    ) throws(BrokerError) -> (name: Range<Int>, modifier: URITemplateVariable.Modifier) {
        let bytes = self.literals.bytes
        var name = part
        var modifier = URITemplateVariable.Modifier.none
        if bytes[part].last == UInt8(ascii: "*") {
            name = part.dropLast()
            modifier = .explode
        } else if let colon = bytes[part].firstIndex(of: UInt8(ascii: ":")) {
            name = part.lowerBound..<colon
            let digits = bytes[(colon + 1)..<part.upperBound]
            // RFC 6570, section 2.4.1: a positive number below 10,000 that begins with no zero.
            guard 1...4 ~= digits.count, digits.first != UInt8(ascii: "0"), digits.allSatisfy(\.isDecimalDigit) else {
                throw BrokerError.invalidTemplate(template, "the length behind a colon is not from 1 to 9999")
            }
            modifier = .prefix(digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
        }
        guard !name.isEmpty else { throw BrokerError.invalidTemplate(template, "a variable has no name") }
        guard bytes[name].isVariableName else {
            let text = String(decoding: bytes[expression], as: UTF8.self)
            throw BrokerError.invalidTemplate(
                template,
                "`{\(text)}` is no expression of RFC 6570: it has an operator or a name that is not defined"
            )
        }
        return (name, modifier)
    }
}

// MARK: Matching

@available(SwiftSSE 1.0, *)
extension URITemplateMachine {
    /// Tells whether the whole of a text fits.
    func matches<Text: RandomAccessCollection<UInt8>>(_ text: Text) -> Bool where Text.Index == Int {
        let suffix = self.literals.bytes[self.suffix]
        guard let first = self.variables.first else {
            return text.count == suffix.count && text.elementsEqual(suffix)
        }
        // Most texts that do not fit are told by their beginning.
        guard text.count >= first.before.count + suffix.count,
            text.starts(with: self.literals.bytes[first.before]),
            text.suffix(suffix.count).elementsEqual(suffix)
        else { return false }
        let middle = text[(text.startIndex + first.before.count)..<(text.endIndex - suffix.count)]
        // Most templates have one variable, whose value is all of the middle.
        if self.variables.count == 1, first.operation == .simple, first.modifier == .none {
            return URITemplateWalk.isJoinedValue(middle)
        }
        return URITemplateWalk.matches(middle, self.variables, self.literals)
    }
}
