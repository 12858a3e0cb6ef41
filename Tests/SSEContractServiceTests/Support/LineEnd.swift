/// The line ends of the format.
enum LineEnd: String, CaseIterable, Sendable {
    case lf = "\n"
    case crlf = "\r\n"
    case cr = "\r"

    /// A text with LF, with this line end.
    func applied(to text: String) -> [UInt8] {
        text.utf8.flatMap { $0 == UInt8(ascii: "\n") ? Array(self.rawValue.utf8) : [$0] }
    }
}
