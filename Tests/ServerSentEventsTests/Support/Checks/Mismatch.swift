/// Something that came out in another way than it must.
package struct Mismatch: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// Throws unless the two are equal.
    package static func unless<Value: Equatable>(
        _ found: Value,
        equals expected: Value,
        _ what: @autoclosure () -> String
    ) throws(Mismatch) {
        if found != expected { throw Mismatch("\(what()):\nfound    \(found)\nexpected \(expected)") }
    }
}
