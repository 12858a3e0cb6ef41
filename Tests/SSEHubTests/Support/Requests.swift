/// A request to subscribe.
func subscription(_ query: String, _ fields: [String] = [], method: String = "GET") -> String {
    (["\(method) /.well-known/mercure\(query) HTTP/1.1", "Host: localhost"] + fields + ["", ""])
        .joined(separator: "\r\n")
}

/// A request to publish a form that is written already.
func publication(form: String, _ fields: [String] = []) -> String {
    (["POST /.well-known/mercure HTTP/1.1", "Host: localhost", "Content-Length: \(form.utf8.count)"]
        + ["Content-Type: application/x-www-form-urlencoded"] + fields + ["", form])
        .joined(separator: "\r\n")
}

/// A request to publish fields.
func publication(_ fields: KeyValuePairs<String, String>, _ headers: [String] = []) -> String {
    publication(
        form: fields.map { "\($0.key)=\(percentEncoded($0.value))" }.joined(separator: "&"),
        headers
    )
}

/// A text with every byte but letters and digits escaped.
func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            String(UnicodeScalar(byte))
        default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
    .joined()
}
