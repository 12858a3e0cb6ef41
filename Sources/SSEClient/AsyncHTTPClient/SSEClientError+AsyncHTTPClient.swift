#if AsyncHTTPClient
internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOPosix
internal import NIOSSL

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

#if canImport(Darwin)
private import Darwin
#elseif canImport(Musl)
private import Musl
#elseif canImport(Glibc)
private import Glibc
#endif

@available(SwiftSSE 1.0, *)
extension SSEClientError {
    /// Puts what AsyncHTTPClient reports into the terms of this module.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - hasResponse: Whether the response had begun.
    ///   - hasBody: Whether the request has a body.
    init(_ error: any Error, hasResponse: Bool, hasBody: Bool = true) {
        if let error = error as? SSEClientError {
            self = error
        } else if let error = error as? HTTPClientError, error == .alreadyShutdown || error == .traceRequestWithBody {
            self.init(code: .invalidRequest, message: "The request cannot be sent: \(error).", cause: error)
        } else if hasResponse {
            self = .connectionCut(cause: error)
        } else if Self.isUnprocessed(error, hasBody: hasBody) {
            self = .notProcessed(cause: error)
        } else if let error = error as? HTTPParserError, error != .invalidEOFState {
            self.init(error)
        } else {
            self.init(
                code: Self.isTimeout(error) ? .connectTimeout : .connectionFailed,
                message: "No connection to the server: \(Self.reason(error)).",
                cause: error
            )
        }
    }

    /// A Boolean value that indicates whether the server certainly did nothing about the request.
    private static func isUnprocessed(_ error: any Error, hasBody: Bool) -> Bool {
        // Also what is reported of streams above the last one that a GOAWAY names.
        if (error as? NIOHTTP2Errors.StreamClosed)?.errorCode == .refusedStream { return true }
        // Nobody here has cancelled it: the pool has chosen a connection that went away meanwhile.
        if error as? HTTPClientError == .cancelled { return true }
        // The same over HTTP/1.1. With a body it may also mean that a part of it could not be sent.
        return !hasBody && error as? ChannelError == .ioOnClosedChannel
    }

    /// What is wrong with a response's head.
    private init(_ error: HTTPParserError) {
        if error == .headerOverflow {
            self.init(
                code: .headTooLarge,
                message: "The head of the response has more, or longer, fields than the transport takes.",
                cause: error
            )
            return
        }
        let reason =
            switch error {
            case .unexpectedContentLength: "its head says two things of how long the body is"
            case .invalidContentLength: "its Content-Length is not a number, or stands beside a Transfer-Encoding"
            case .invalidHeaderToken: "the name or the value of a field holds characters that are not allowed there"
            case .invalidVersion: "it names no version of HTTP"
            case .invalidStatus: "its status is not a number"
            case .invalidConstant: "it does not begin as HTTP does"
            case .lfExpected: "a CR without an LF stands in its head"
            case .closedConnection: "more came after its end"
            case .unknown:
                "its head breaks the syntax, perhaps with lines that end with LF alone or a Content-Length beside chunks"
            default: "\(error)"
            }
        self = .brokenResponse(reason, cause: error)
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        let timeouts: [HTTPClientError] = [
            .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
        ]
        return (error as? HTTPClientError).map(timeouts.contains) ?? false
    }

    /// The reason of a failed connection in a few words.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError:
            return Self.text(ofErrno: error.errnoCode)
        case let error as NIOConnectionError:
            if let failure = error.connectionErrors.first { return Self.reason(failure.error) }
            return "the name '\(error.host)' is unknown"
        case let error as HTTPClientError where error == .invalidProxyResponse:
            return "the proxy has opened no tunnel to the server"
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            return "the proxy asks for a name and a password"
        case let error as HTTPClientError:
            return error.shortDescription
        case SocketAddressError.unixDomainSocketPathTooLong:
            return "the path of the socket is too long"
        case let error as NIOHTTP2Errors.StreamClosed:
            return "the stream was closed with \(Self.name(of: error.errorCode))"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return Self.reason(ofTLS: error)
        case HTTPParserError.invalidEOFState:
            return "it ended within the head of the response"
        default:
            // Of a module that is not ours to name.
            let isOfSOCKS = String(reflecting: type(of: error)).hasPrefix("NIOSOCKS.")
            return isOfSOCKS ? "the proxy refuses, or does not speak SOCKS 5" : "\(error)"
        }
    }

    /// - SeeAlso: [RFC 9113, 7](https://www.rfc-editor.org/rfc/rfc9113#section-7)
    private static func name(of code: NIOHTTP2.HTTP2ErrorCode) -> String {
        switch code {
        case .noError: "NO_ERROR"
        case .protocolError: "PROTOCOL_ERROR"
        case .internalError: "INTERNAL_ERROR"
        case .refusedStream: "REFUSED_STREAM"
        case .cancel: "CANCEL"
        case .enhanceYourCalm: "ENHANCE_YOUR_CALM"
        case .http11Required: "HTTP_1_1_REQUIRED"
        default: "the HTTP/2 error \(code.networkCode)"
        }
    }

    /// The reason of a failed handshake. The library's text names places in its source, and the peer's words in capitals.
    private static func reason(ofTLS error: any Error) -> String {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return "the server's certificate is for another name"
        }
        if let error = error as? NIOSSLError, case .uncleanShutdown = error { return "the server ended TLS abruptly" }
        // "… SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at …"
        let marker = "OPENSSL_internal:"
        let parts = "\(error)".components(separatedBy: marker)
        let word = parts.count > 1 ? parts[1].prefix { $0 == "_" || $0.isLetter || $0.isNumber } : ""
        switch word {
        case "CERTIFICATE_VERIFY_FAILED":
            return "the server's certificate is not trusted; it has expired, or no known authority vouches for it"
        case "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST":
            return "the server does not speak TLS at this port"
        case "TLSV1_ALERT_NO_APPLICATION_PROTOCOL":
            return "the server does not speak the HTTP version that was offered"
        case "TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "SSLV3_ALERT_HANDSHAKE_FAILURE",
            "NO_SHARED_CIPHER":
            return "the server and this client have no TLS version or cipher in common"
        case "TLSV1_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_BAD_CERTIFICATE":
            return "the server does not accept this client's certificate, or wants one"
        case "": return "TLS failed"
        default: return "TLS failed: \(word.lowercased().replacing("_", with: " "))"
        }
    }

    private static func text(ofErrno code: Int32) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET: "connection reset"
        case ENETUNREACH, EHOSTUNREACH: "host unreachable"
        case ENOENT: "there is no such socket"
        case EACCES: "the socket may not be used"
        default: "system error \(code)"
        }
    }
}
#endif
