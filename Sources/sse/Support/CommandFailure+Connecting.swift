import Foundation
import NIOCore
import NIOPosix
import NIOSSL

@available(SwiftSSE 1.0, *)
extension CommandFailure {
    /// Says in one line why there is no connection to a hub.
    init(connectingTo url: HubURL, _ error: any Error) {
        switch error {
        case let error as CommandFailure:
            self = error
        case let error as NIOConnectionError:
            guard let cause = error.connectionErrors.first?.error else {
                self.init("The host \(url.host.printable) is not known; check the URL.")
                return
            }
            self.init(connectingTo: url, cause)
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            self.init("Nobody listens at \(url.origin); start a hub with sse serve, or check the URL.")
        case let error as IOError where error.errnoCode == EMFILE:
            self.init("Too many files are open; raise the limit with ulimit -n.")
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
            self.init("This machine has no port left for one more connection to \(url.origin); use fewer.")
        case let error as IOError:
            self.init("No connection to \(url.origin): \(String(cString: strerror(error.errnoCode))).")
        case ChannelError.connectTimeout(let time):
            self.init("\(url.origin) has not taken the connection within \(time.nanoseconds / 1_000_000_000) seconds.")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            let reason = "\(error)".printable
            if reason.contains("CERTIFICATE_VERIFY_FAILED") {
                self.init(
                    "The certificate of \(url.origin) is not trusted; --cacert names a file of authorities to trust."
                )
            } else if reason.contains("WRONG_VERSION_NUMBER") {
                self.init("There is no TLS at \(url.origin); try http instead of https.")
            } else if reason.contains("failedToValidateHostname") {
                self.init("The certificate of \(url.origin) is for another name; check the URL.")
            } else {
                self.init("No secure connection to \(url.origin): \(reason.prefix(200)).")
            }
        default:
            self.init("No connection to \(url.origin): \(String(describing: error).printable.prefix(200)).")
        }
    }
}
