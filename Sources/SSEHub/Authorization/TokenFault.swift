internal import Logging
internal import NIOHTTP1

/// Why a token counts for nothing. Its client is told as much as RFC 6750, section 3.1, allows; the log says whose it
/// is.
@available(SwiftSSE 1.0, *)
enum TokenFault: Error, Hashable {
    case tooLong
    /// It is no JSON Web Token, or has an extension that is not understood.
    case unreadable
    /// It names an algorithm that no key is for.
    case algorithm
    /// It names a key that is not known.
    case key
    /// It is signed with another key.
    case signature
    case expired
    case notYetValid
    /// A claim is not what the protocol has there.
    case claims
    /// A selector of this claim is no selector.
    case selector(claim: String, reason: String)

    /// The words for the client, in ASCII without quotation marks and backslashes, as a description in a header has to
    /// be.
    var text: String {
        switch self {
        case .tooLong: "The token is longer than \(TokenVerifier.maximumTokenBytes) bytes."
        case .unreadable: "The token is not a JSON Web Token that can be read."
        case .algorithm: "The token is signed with an algorithm that this hub does not take."
        case .key: "The token is signed with a key that this hub does not know."
        case .signature: "The signature of the token does not fit a key of this hub."
        case .expired: "The token has expired."
        case .notYetValid: "The token is not valid yet."
        case .claims: "A claim of the token does not have the form of the Mercure protocol."
        case .selector(let claim, _): "The claim mercure.\(claim) of the token has something that is no topic selector."
        }
    }

    /// The text for the log.
    var detail: String {
        if case .selector(_, let reason) = self { "\(self.text) \(reason)" } else { self.text }
    }
}

@available(SwiftSSE 1.0, *)
extension HubRefusal {
    /// A token counts for nothing.
    init(_ fault: TokenFault) {
        self.init(
            .unauthorized,
            fault.text,
            headers: ["WWW-Authenticate": "Bearer error=\"invalid_token\", error_description=\"\(fault.text)\""]
        )
    }
}

/// The labels that a token gives itself, believed by nobody.
@available(SwiftSSE 1.0, *)
struct TokenLabels {
    var keyID: String?
    var issuer: String?
    var expiry: Double?

    /// The labels for the log, each cut where it gets long.
    var metadata: Logger.Metadata {
        func cut(_ text: String) -> Logger.MetadataValue {
            // By scalars: a character may have any number of accents.
            let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(100)))
            return "\(start.utf8.count < text.utf8.count ? start + "…" : text)"
        }
        var metadata: Logger.Metadata = [:]
        if let keyID { metadata["kid"] = cut(keyID) }
        if let issuer { metadata["iss"] = cut(issuer) }
        if let expiry { metadata["exp"] = "\(expiry)" }
        return metadata
    }
}
