/// What the chunked coding of HTTP/1.1 makes of one write.
package func chunk(_ text: String) -> String {
    "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
}

/// The chunk that ends a body.
package let lastChunk = "0\r\n\r\n"
